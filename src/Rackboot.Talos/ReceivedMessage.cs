using Google.Protobuf;

namespace Rackboot.Talos;

/// <summary>Reads protobuf messages that others sent.</summary>
internal static class ReceivedMessage
{
    /// <exception cref="InvalidDataException">The bytes are not such a message.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            // The latter two come of a field that claims to be almost 2 GiB long (Google.Protobuf 3.25.1).
            throw new InvalidDataException("a message is not the expected protobuf message", e);
        }
    }
}
