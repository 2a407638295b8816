using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events.Wire;

namespace Rackboot.Talos.Events;

/// <summary>The server side of <c>talos.events.sink</c> (siderolabs/siderolink api/events/events.proto; siderolabs/talos
/// internal/app/machined/pkg/controllers/runtime/events_sink.go). A node sends its events in order, one call at a time, over clear-text
/// HTTP/2, and repeats an event until the answer is OK. Its address is its only identity. The web server passes each request to
/// <see cref="PublishAsync"/>.</summary>
/// <param name="onEvent">Receives each event once; if it throws, the node sends the event again.</param>
/// <param name="onDropped">Receives each refused sender and a low-cardinality reason.</param>
public sealed class EventSink(Action<IPAddress, TalosEvent> onEvent, Action<IPAddress, string> onDropped, TimeProvider time)
{
    /// <summary>The path of the one method.</summary>
    public const string Path = "/events.EventSinkService/Publish";

    private const int MostMessageBytes = 1024 * 1024;
    private const int MostPeers = 4096;
    private static readonly TimeSpan MostReading = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<IPAddress, EventPeer> _peers = new();

    /// <summary>Handles one request.</summary>
    /// <param name="peer">The sender.</param>
    /// <param name="contentType">Its content type.</param>
    /// <param name="body">Its body, one framed message.</param>
    public async Task<EventSinkAnswer> PublishAsync(IPAddress peer, string? contentType, Stream body, CancellationToken cancel)
    {
        peer = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        if (contentType is null || !contentType.StartsWith("application/grpc", StringComparison.Ordinal))
            return Refuse(peer, "not gRPC", GrpcCode.Unknown, "this is the event sink of Talos", 415);
        var known = Peer(peer);
        if (!known.MaySend(time.GetUtcNow()))
            return Refuse(peer, "too many events", GrpcCode.ResourceExhausted, "too many events, send more slowly");
        using var limit = new CancellationTokenSource(MostReading, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            if (await GrpcFrame.ReadAsync(body, MostMessageBytes, both.Token).ConfigureAwait(false) is not { } message)
                return Refuse(peer, "no message", GrpcCode.InvalidArgument, "no message");
            return Take(peer, known, EventRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(message.Span));
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            return Refuse(peer, "not an event", GrpcCode.InvalidArgument, "not an event");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Refuse(peer, "too slow", GrpcCode.DeadlineExceeded, "the request did not arrive in time");
        }
    }

    private EventSinkAnswer Take(IPAddress peer, EventPeer known, EventRequest request)
    {
        if (!known.IsNew(request.Id))
            return new(200, GrpcCode.Ok, "");
        try
        {
            onEvent(peer, TalosEventReader.Read(request.Id, request.ActorId, request.Data));
            return new(200, GrpcCode.Ok, "");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The receiver could not store it: the node will send it again.
            known.Forget(request.Id);
            return Refuse(peer, "not stored", GrpcCode.Unavailable, "the event could not be stored, send it again");
        }
    }

    private EventSinkAnswer Refuse(IPAddress peer, string reason, GrpcCode code, string message, int status = 200)
    {
        onDropped(peer, reason);
        return new(status, code, message);
    }

    private EventPeer Peer(IPAddress address)
    {
        if (_peers.TryGetValue(address, out var peer))
            return peer;
        if (_peers.Count >= MostPeers)
        {
            // A flood from many addresses evicts the peer that was silent longest; at worst an event is reported twice.
            var silent = _peers.ToArray().OrderBy(p => p.Value.Heard).Take(MostPeers / 8);
            foreach (var (old, _) in silent)
                _peers.TryRemove(old, out _);
        }

        return _peers.GetOrAdd(address, _ => new EventPeer(time.GetUtcNow()));
    }
}
