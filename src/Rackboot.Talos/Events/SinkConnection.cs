using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Rackboot.Talos.Api;
using Rackboot.Talos.Http2;

namespace Rackboot.Talos.Events;

/// <summary>A node's connection to the event sink: unary gRPC calls over HTTP/2 in clear text (RFC 9113), each answered where it is read.
/// A web server's HTTP/2 took 100 µs of processor time an event, most of it to hand the call to a second thread and the answer to a
/// third.</summary>
/// <param name="transport">The connection's bytes.</param>
/// <param name="answered">Receives the code of each answered call.</param>
/// <param name="abort">Ends the connection.</param>
public sealed class SinkConnection(
    IDuplexPipe transport, IPAddress peer, EventSink sink, Action<GrpcCode> answered, Action abort, TimeProvider time)
{
    private const int MostFrameBytes = 16 * 1024; // RFC 9113 §6.5.2: nobody may send longer ones unless asked to
    private const int MostHeadBytes = 16 * 1024;
    private const int MostCalls = 8;
    private const int Window = EventSink.MostBodyBytes + MostFrameBytes;
    private const int FirstWindow = 65_535; // §6.9.2
    private const int GiveRoomAfter = 16 * 1024;

    // Frames that bring no event further. A node sends some four with each; floods of them are a known way to keep servers busy.
    private const int MostIdleFrames = 256;
    private const int SmallData = 256;

    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostReading = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostSilence = TimeSpan.FromHours(2);

    private readonly HeaderTable _table = new();
    private readonly List<SinkCall> _calls = [];
    private byte[] _room = [];
    private ArrayBufferWriter<byte>? _head; // of a header block that goes on in the next frame
    private FrameHead _headOf;
    private bool _greeted;
    private int _last; // the highest stream
    private int _taken; // bytes of DATA since the client was given room
    private long _window = FirstWindow; // what the client has room for
    private int _streamWindow = FirstWindow;

    // Read by the watch.
    private int _idleFrames;
    private long _waitsSince; // for the rest of a call, of a frame, or until bytes are sent; 0: for nothing
    private long _heard;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8; // §3.4

    /// <summary>Answers until the client ends, breaks the rules, or <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _heard = _waitsSince = time.GetTimestamp();
        await using var watch = time.CreateTimer(_ => Watch(), null, WatchEvery, WatchEvery).ConfigureAwait(false);
        await using var asked = stop.Register(transport.Input.CancelPendingRead).ConfigureAwait(false);
        try
        {
            SinkFrames.Settings(transport.Output, MostCalls, Window);
            while (await FlushAsync().ConfigureAwait(false))
                if (!Take(await transport.Input.ReadAsync(CancellationToken.None).ConfigureAwait(false))) // "asked" ends a read
                {
                    await FlushAsync().ConfigureAwait(false);
                    break;
                }
        }
        catch (IOException)
        {
            // The node is gone, or restarts.
        }
        finally
        {
            foreach (var call in _calls)
                sink.Release(call.Body?.WrittenCount ?? 0);
        }
    }

    private async ValueTask<bool> FlushAsync()
    {
        var flushing = transport.Output.FlushAsync();
        if (flushing.IsCompleted)
            return !flushing.Result.IsCompleted;
        var before = _waitsSince;
        Volatile.Write(ref _waitsSince, time.GetTimestamp());
        var flushed = await flushing.ConfigureAwait(false);
        Volatile.Write(ref _waitsSince, before);
        return !flushed.IsCompleted;
    }

    // Whether the connection goes on.
    private bool Take(ReadResult read)
    {
        var now = time.GetTimestamp();
        Volatile.Write(ref _heard, now);
        var rest = read.Buffer;
        var error = Take(ref rest, now);
        Volatile.Write(ref _waitsSince, _calls.Count > 0 ? _calls[0].Begun : rest.IsEmpty && _greeted && _head is null ? 0 : now);
        transport.Input.AdvanceTo(rest.Start, rest.End);
        if (error is not null)
            sink.Refuse(peer, "not HTTP/2 as it should be", GrpcCode.Unknown, "");
        if (error is not null || read.IsCanceled)
            SinkFrames.GoAway(transport.Output, _last, error ?? FrameError.None);
        return error is null && !read.IsCanceled && !read.IsCompleted;
    }

    private FrameError? Take(ref ReadOnlySequence<byte> rest, long now)
    {
        if (!_greeted)
        {
            var begin = rest.Slice(0, Math.Min(rest.Length, Preface.Length)).ToArray();
            if (!Preface.StartsWith(begin))
                return FrameError.Protocol;
            if (begin.Length < Preface.Length)
                return null;
            _greeted = true;
            rest = rest.Slice(Preface.Length);
        }

        Span<byte> bytes = stackalloc byte[FrameHead.Bytes];
        while (rest.Length >= FrameHead.Bytes)
        {
            rest.Slice(0, FrameHead.Bytes).CopyTo(bytes);
            var head = FrameHead.Read(bytes);
            if (head.Length > MostFrameBytes)
                return FrameError.FrameSize;
            if (rest.Length < FrameHead.Bytes + head.Length)
                break;
            var payload = rest.Slice(FrameHead.Bytes, head.Length);
            rest = rest.Slice(payload.End);
            if (++_idleFrames > MostIdleFrames)
                return FrameError.EnhanceYourCalm;
            if (Take(head, payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray(), now) is { } error)
                return error;
        }

        return null;
    }

    private FrameError? Take(FrameHead head, ReadOnlySpan<byte> payload, long now)
    {
        if (_head is not null && (head.Type != FrameType.Continuation || head.Stream != _headOf.Stream))
            return FrameError.Protocol; // §6.10
        switch (head.Type)
        {
            case FrameType.Headers:
                return head.Stream % 2 == 0 || head.Stream <= _last || !head.TryUnwrap(payload, out var block) ? FrameError.Protocol
                    : TakeHead(head, block, now);
            case FrameType.Continuation:
                return _head is null ? FrameError.Protocol
                    : TakeHead(head with { Flags = (byte)(head.Flags | (_headOf.Flags & FrameHead.EndStream)) }, payload, now);
            case FrameType.Data:
                return head.Stream == 0 || head.Stream > _last || !head.TryUnwrap(payload, out var content) ? FrameError.Protocol
                    : TakeData(head, content);
            case FrameType.Settings:
                return head.Stream != 0 ? FrameError.Protocol : TakeSettings(head, payload);
            case FrameType.Ping:
                if (head.Length != 8)
                    return FrameError.FrameSize;
                if (!head.Has(FrameHead.Acknowledge))
                    SinkFrames.Acknowledge(transport.Output, FrameType.Ping, payload);
                return head.Stream != 0 ? FrameError.Protocol : null;
            case FrameType.WindowUpdate:
                return head.Length != 4 ? FrameError.FrameSize : TakeRoom(head.Stream, BinaryPrimitives.ReadUInt32BigEndian(payload));
            case FrameType.ResetStream:
                if (head.Length != 4)
                    return FrameError.FrameSize;
                if (_calls.Find(c => c.Stream == head.Stream) is { } ended)
                    Forget(ended);
                return head.Stream == 0 || head.Stream > _last ? FrameError.Protocol : null;
            case FrameType.PushPromise:
                return FrameError.Protocol;
            default:
                return null; // PRIORITY, GOAWAY (the client will close the connection), and unknown ones (§4.1)
        }
    }

    private FrameError? TakeHead(FrameHead head, ReadOnlySpan<byte> block, long now)
    {
        if (!head.Has(FrameHead.EndHeaders) || _head is not null)
        {
            if (_head is null)
                (_head, _headOf) = (new(), head);
            if (_head.WrittenCount + block.Length > MostHeadBytes)
                return FrameError.EnhanceYourCalm;
            _head.Write(block);
            if (!head.Has(FrameHead.EndHeaders))
                return null;
            block = _head.WrittenSpan;
            _head = null;
        }

        _last = head.Stream;
        if (_room.Length == 0)
            _room = new byte[MostHeadBytes];
        var call = new SinkCall(head.Stream, now);
        if (!call.TryReadHeaders(block, _table, _room))
            return FrameError.Compression;
        if (_calls.Count == MostCalls)
        {
            SinkFrames.Reset(transport.Output, head.Stream, FrameError.RefusedStream);
            return null;
        }

        _calls.Add(call);
        return head.Has(FrameHead.EndStream) ? Answer(call, []) : null;
    }

    private FrameError? TakeData(FrameHead head, ReadOnlySpan<byte> content)
    {
        if ((_taken += head.Length) >= GiveRoomAfter)
        {
            SinkFrames.GiveRoom(transport.Output, _taken);
            _taken = 0;
        }

        if (_calls.Find(c => c.Stream == head.Stream) is not { } call)
            return null; // answered already
        if (content.Length >= SmallData)
            _idleFrames = 0;
        var arrived = call.Body?.WrittenCount ?? 0;
        if (head.Has(FrameHead.EndStream) && arrived == 0)
            return Answer(call, content);
        if (arrived + content.Length > EventSink.MostBodyBytes || !sink.TryHold(content.Length))
        {
            SinkFrames.Answer(transport.Output, call.Stream,
                sink.Refuse(peer, "too long", GrpcCode.ResourceExhausted, "the event is too long, or too many arrive at once"));
            SinkFrames.Reset(transport.Output, call.Stream, FrameError.None); // §8.1: the rest is not needed
            Forget(call);
            return null;
        }

        (call.Body ??= new()).Write(content);
        return head.Has(FrameHead.EndStream) ? Answer(call, call.Body.WrittenSpan) : null;
    }

    private FrameError? Answer(SinkCall call, ReadOnlySpan<byte> body)
    {
        _idleFrames = 0;
        Forget(call);
        if (!call.IsGrpc)
        {
            sink.Refuse(peer, "not gRPC", GrpcCode.Unknown, "");
            SinkFrames.RefuseType(transport.Output, call.Stream);
            return null;
        }

        var answer = call is { IsPost: true, IsPublish: true } ? sink.Publish(peer, body)
            : sink.Refuse(peer, "another method", GrpcCode.Unimplemented, "this is the event sink of Talos");
        answered(answer.Code);
        // The answer takes five bytes of the client's window; an honest client has given room for them.
        if (answer.Code == GrpcCode.Ok && (_streamWindow < GrpcFrame.PrefixBytes || (_window -= GrpcFrame.PrefixBytes) < 0))
            return FrameError.FlowControl;
        SinkFrames.Answer(transport.Output, call.Stream, answer);
        return null;
    }

    private void Forget(SinkCall call)
    {
        sink.Release(call.Body?.WrittenCount ?? 0);
        _calls.Remove(call);
    }

    // §6.5: numbers of two bytes, values of four.
    private FrameError? TakeSettings(FrameHead head, ReadOnlySpan<byte> settings)
    {
        const int InitialWindowSize = 4;
        if (head.Has(FrameHead.Acknowledge))
            return settings.IsEmpty ? null : FrameError.FrameSize;
        if (settings.Length % 6 != 0)
            return FrameError.FrameSize;
        for (; !settings.IsEmpty; settings = settings[6..])
            if (BinaryPrimitives.ReadUInt16BigEndian(settings) == InitialWindowSize)
            {
                if (BinaryPrimitives.ReadUInt32BigEndian(settings[2..]) is var window && window > int.MaxValue)
                    return FrameError.FlowControl;
                _streamWindow = (int)window;
            }

        SinkFrames.Acknowledge(transport.Output, FrameType.Settings, []);
        return null;
    }

    // §6.9
    private FrameError? TakeRoom(int stream, uint bytes)
    {
        bytes &= int.MaxValue;
        if (bytes == 0)
            return FrameError.Protocol;
        if (stream == 0)
            _window += bytes;
        return _window > int.MaxValue ? FrameError.FlowControl : null;
    }

    // Every ten seconds, on another thread.
    private void Watch()
    {
        Volatile.Write(ref _idleFrames, 0);
        var since = Volatile.Read(ref _waitsSince);
        var isSlow = since != 0 && time.GetElapsedTime(since) > MostReading;
        if (!isSlow && time.GetElapsedTime(Volatile.Read(ref _heard)) < MostSilence)
            return;
        if (isSlow)
            sink.Refuse(peer, "too slow", GrpcCode.DeadlineExceeded, "");
        abort();
    }
}
