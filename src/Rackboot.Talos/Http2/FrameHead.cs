using System.Buffers.Binary;

namespace Rackboot.Talos.Http2;

/// <summary>The nine bytes before each frame (RFC 9113 §4.1).</summary>
internal readonly record struct FrameHead(int Length, FrameType Type, byte Flags, int Stream)
{
    public const int Bytes = 9;

    public const byte EndStream = 0x1, Acknowledge = 0x1, EndHeaders = 0x4, Padded = 0x8, Priority = 0x20;

    public static FrameHead Read(ReadOnlySpan<byte> bytes) => new(
        bytes[0] << 16 | bytes[1] << 8 | bytes[2], (FrameType)bytes[3], bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[5..]) & int.MaxValue);

    public void Write(Span<byte> bytes)
    {
        (bytes[0], bytes[1], bytes[2]) = ((byte)(Length >> 16), (byte)(Length >> 8), (byte)Length);
        (bytes[3], bytes[4]) = ((byte)Type, Flags);
        BinaryPrimitives.WriteInt32BigEndian(bytes[5..], Stream);
    }

    public bool Has(byte flag) => (Flags & flag) != 0;

    /// <summary>The content of a DATA or HEADERS frame without padding and priority (§6.1, §6.2).</summary>
    public bool TryUnwrap(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> content)
    {
        content = payload;
        var padding = 0;
        if (Has(Padded))
        {
            if (content.IsEmpty)
                return false;
            padding = content[0];
            content = content[1..];
        }

        if (Type == FrameType.Headers && Has(Priority))
        {
            if (content.Length < 5)
                return false;
            content = content[5..];
        }

        if (padding > content.Length)
            return false;
        content = content[..^padding];
        return true;
    }
}
