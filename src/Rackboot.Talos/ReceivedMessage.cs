using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Rackboot.Talos;

/// <summary>Reads protobuf messages that others sent.</summary>
internal static class ReceivedMessage
{
    /// <exception cref="InvalidDataException">The bytes are not such a message.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        var type = TypeOf<T>.Known ??= parser.ParseFrom(ReadOnlySpan<byte>.Empty).Descriptor;
        try
        {
            if (MessageLengths.AreTrue(bytes, type))
                return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("a message is not the expected protobuf message", e);
        }

        throw new InvalidDataException("a message is not the expected protobuf message: it ends in the middle of a part");
    }

    private static class TypeOf<T>
    {
        public static MessageDescriptor? Known { get; set; }
    }
}
