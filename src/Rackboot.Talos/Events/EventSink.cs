using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events.Wire;

namespace Rackboot.Talos.Events;

/// <summary>The server side of <c>talos.events.sink</c> (siderolabs/siderolink api/events/events.proto; siderolabs/talos
/// internal/app/machined/pkg/controllers/runtime/events_sink.go). A node sends its events in order, one call at a time, over clear-text
/// HTTP/2, and repeats an event until the answer is OK. Its address is its only identity. <see cref="SinkConnection"/> passes each call to
/// <see cref="Publish"/>.</summary>
/// <param name="onEvent">Receives each event once; if it throws, the node sends the event again.</param>
/// <param name="onDropped">Receives each refused sender and a low-cardinality reason.</param>
public sealed class EventSink(Action<IPAddress, TalosEvent> onEvent, Action<IPAddress, string> onDropped, TimeProvider time)
{
    /// <summary>The path of the one method.</summary>
    public const string Path = "/events.EventSinkService/Publish";

    internal static ReadOnlySpan<byte> PathBytes => "/events.EventSinkService/Publish"u8;

    internal const int MostBodyBytes = GrpcFrame.PrefixBytes + MostMessageBytes;

    private const int MostMessageBytes = 1024 * 1024;
    private const int MostHeldBytes = 64 * 1024 * 1024;
    private const int MostPeers = 4096;

    private static readonly MessageParser<EventRequest> Requests = EventRequest.Parser.WithDiscardUnknownFields(true);

    private readonly ConcurrentDictionary<IPAddress, EventPeer> _peers = new();
    private long _held;

    /// <summary>Handles one call.</summary>
    /// <param name="peer">The sender.</param>
    /// <param name="body">Its body, one framed message.</param>
    public EventSinkAnswer Publish(IPAddress peer, ReadOnlySpan<byte> body)
    {
        peer = peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        var known = Peer(peer);
        if (!known.MaySend(time.GetUtcNow()))
            return Refuse(peer, "too many events", GrpcCode.ResourceExhausted, "too many events, send more slowly");
        if (body.IsEmpty)
            return Refuse(peer, "no message", GrpcCode.InvalidArgument, "no message");
        try
        {
            return GrpcFrame.TryRead(body, MostMessageBytes, out var message)
                ? Take(peer, known, ReceivedMessage.Parse(Requests, message))
                : Refuse(peer, "not an event", GrpcCode.InvalidArgument, "not an event");
        }
        catch (InvalidDataException)
        {
            return Refuse(peer, "not an event", GrpcCode.InvalidArgument, "not an event");
        }
    }

    /// <summary>Refuses a call, or a connection, for a reason that is not in its message.</summary>
    internal EventSinkAnswer Refuse(IPAddress peer, string reason, GrpcCode code, string message)
    {
        onDropped(peer, reason);
        return new(code, message);
    }

    /// <summary>Takes memory for the parts of a message that arrives in several frames.</summary>
    /// <returns>False if all unfinished messages together would take too much.</returns>
    internal bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= MostHeldBytes)
            return true;
        Release(bytes);
        return false;
    }

    internal void Release(int bytes) => Interlocked.Add(ref _held, -bytes);

    private EventSinkAnswer Take(IPAddress peer, EventPeer known, EventRequest request)
    {
        if (!known.IsNew(request.Id))
            return new(GrpcCode.Ok, "");
        try
        {
            onEvent(peer, TalosEventReader.Read(request.Id, request.ActorId, request.Data));
            return new(GrpcCode.Ok, "");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The receiver could not store it: the node will send it again.
            known.Forget(request.Id);
            return Refuse(peer, "not stored", GrpcCode.Unavailable, "the event could not be stored, send it again");
        }
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
