using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Rackboot.Talos.Api;

/// <summary>Messages on the wire: one byte that says whether the message is compressed, four that give its length, the message
/// (grpc/grpc doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message).</summary>
public static class GrpcFrame
{
    /// <summary>The longest message of the Talos API, 32 MiB (siderolabs/talos pkg/machinery/constants, GRPCMaxMessageSize).</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    internal const int PrefixBytes = 5;

    /// <summary>One message with its prefix.</summary>
    public static byte[] Write(IMessage message)
    {
        var length = message.CalculateSize();
        var frame = new byte[PrefixBytes + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)length);
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>The message of a body that holds exactly one, uncompressed.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> body, int most, out ReadOnlySpan<byte> message)
    {
        message = body.Length < PrefixBytes ? default : body[PrefixBytes..];
        return body.Length >= PrefixBytes && body[0] == 0 && message.Length <= most
            && BinaryPrimitives.ReadUInt32BigEndian(body[1..]) == message.Length;
    }

    /// <summary>Reads one message. Memory grows with what arrives, not with what the prefix promises.</summary>
    /// <param name="most">The longest accepted message.</param>
    /// <returns>The message; null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The frame is truncated, compressed or too long.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int most, CancellationToken cancel)
    {
        var prefix = new byte[PrefixBytes];
        var got = await stream.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        if (got == 0)
            return null;
        if (got < PrefixBytes)
            throw new InvalidDataException("the answer ends in the middle of a frame");
        if (prefix[0] != 0)
            throw new InvalidDataException(prefix[0] == 1 ? "a message is compressed although we did not ask for compression"
                : "the data is not a gRPC frame");
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (length > most)
            throw new InvalidDataException($"a message of {length} bytes is longer than {most}");

        var buffer = new ArrayBufferWriter<byte>(Math.Max(1, (int)Math.Min(length, 64 * 1024)));
        while (buffer.WrittenCount < length)
        {
            var space = buffer.GetMemory((int)Math.Min(length - buffer.WrittenCount, 64 * 1024));
            var wanted = (int)Math.Min(space.Length, length - buffer.WrittenCount);
            var read = await stream.ReadAsync(space[..wanted], cancel).ConfigureAwait(false);
            if (read == 0)
                throw new InvalidDataException("the answer ends in the middle of a message");
            buffer.Advance(read);
        }

        return buffer.WrittenMemory;
    }
}
