using System.Buffers.Binary;
using System.Text;

namespace Rackboot.Tftp;

/// <summary>Writes packets.</summary>
internal static class TftpPackets
{
    public static int WriteError(Span<byte> buffer, TftpError code, string message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)TftpOpcode.Error);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[2..], (ushort)code);
        var length = 4 + Encoding.ASCII.GetBytes(message.AsSpan(0, Math.Min(message.Length, 200)), buffer[4..]);
        buffer[length++] = 0;
        return length;
    }

    public static byte[] OptionAcknowledgement(IEnumerable<(string Option, long Value)> options)
    {
        var text = string.Concat(options.Select(o => $"{o.Option}\0{o.Value}\0"));
        return [0, (byte)TftpOpcode.OptionAcknowledgement, .. Encoding.ASCII.GetBytes(text)];
    }
}
