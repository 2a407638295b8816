using System.Buffers;
using Rackboot.Talos.Http2;

namespace Rackboot.Talos.Events;

/// <summary>One call that has not arrived completely.</summary>
internal sealed class SinkCall(int stream, long begun)
{
    /// <summary>The stream of the call.</summary>
    public int Stream => stream;

    /// <summary>When its first frame arrived (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long Begun => begun;

    public bool IsPost { get; private set; }

    public bool IsPublish { get; private set; }

    public bool IsGrpc { get; private set; }

    /// <summary>The frames of its message but the last one; null for none.</summary>
    public ArrayBufferWriter<byte>? Body { get; set; }

    /// <summary>Reads its headers.</summary>
    /// <returns>False if the header block is invalid.</returns>
    public bool TryReadHeaders(ReadOnlySpan<byte> block, HeaderTable table, Span<byte> room)
    {
        var fields = new HeaderReader(table, block, room);
        while (fields.TryNext(out var name, out var value))
            if (name.SequenceEqual(":method"u8))
                IsPost = value.SequenceEqual("POST"u8);
            else if (name.SequenceEqual(":path"u8))
                IsPublish = value.SequenceEqual(EventSink.PathBytes);
            else if (name.SequenceEqual("content-type"u8))
                IsGrpc = value.StartsWith("application/grpc"u8);
        return !fields.IsBroken;
    }
}
