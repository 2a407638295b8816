using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rackboot.Talos;

/// <summary>Whether the lengths in a protobuf message are those of parts that it has (protobuf.dev, Encoding). Google.Protobuf 3.25.1
/// adds a length of almost 2 GiB up to less than nothing, and then makes room for over a gigabyte for a message of twelve
/// bytes.</summary>
internal static class MessageLengths
{
    private const int MostDepth = 100; // as in Google.Protobuf

    public static bool AreTrue(ReadOnlySpan<byte> message, MessageDescriptor type, int depth = 0)
    {
        while (!message.IsEmpty)
        {
            if (!TryRead(ref message, out var tag) || tag > uint.MaxValue)
                return false;
            var isWhole = (WireFormat.WireType)(tag & 7) switch
            {
                WireFormat.WireType.Varint => TryRead(ref message, out _),
                WireFormat.WireType.Fixed32 => TryTake(ref message, sizeof(uint), out _),
                WireFormat.WireType.Fixed64 => TryTake(ref message, sizeof(ulong), out _),
                WireFormat.WireType.LengthDelimited => TryRead(ref message, out var length) && TryTake(ref message, length, out var part)
                    && (type.FindFieldByNumber((int)(tag >> 3)) is not { FieldType: FieldType.Message } field
                        || depth < MostDepth && AreTrue(part, field.MessageType, depth + 1)),
                _ => false, // groups, which Talos's messages do not have
            };
            if (!isWhole)
                return false;
        }

        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> message, ulong length, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (length > (ulong)message.Length)
            return false;
        part = message[..(int)length];
        message = message[(int)length..];
        return true;
    }

    // Seven bits a byte, the lowest first.
    private static bool TryRead(ref ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        for (var (at, shift) = (0, 0); at < message.Length && shift < 70; at++, shift += 7)
        {
            number |= (message[at] & 0x7ful) << shift;
            if (message[at] > 0x7f)
                continue;
            message = message[(at + 1)..];
            return true;
        }

        return false;
    }
}
