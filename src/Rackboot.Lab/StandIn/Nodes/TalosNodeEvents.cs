using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Lab.Network;
using Rackboot.Talos.Api;
using Rackboot.Talos.Api.Wire;
using Rackboot.Talos.Events.Wire;
using MachineStatus = Rackboot.Talos.Api.MachineStatus;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The events of a stand-in node: kept for its API, and published to the event sink as Talos does, in order, each until it was
/// taken (siderolabs/talos internal/app/machined/pkg/controllers/runtime/events_sink.go).</summary>
internal sealed class TalosNodeEvents : IAsyncDisposable
{
    private static readonly TimeSpan MostForOne = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostForConnecting = TimeSpan.FromSeconds(2);

    private readonly List<Event> _all = [];
    private readonly Channel<Event> _toSend = Channel.CreateUnbounded<Event>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private readonly string _prefix = Guid.NewGuid().ToString("N")[..12];

    /// <param name="network">The network namespace that <paramref name="sink"/> is reached from; null is this process's own.</param>
    public TalosNodeEvents(Uri? sink, string? network, TimeProvider time) =>
        _sending = sink is null ? Task.CompletedTask : SendAsync(sink, network, time);

    public IReadOnlyList<Event> All => _all;

    public void Sequence(string name, bool began) => Add("SequenceEvent", new SequenceEvent { Sequence = name, Action = began ? 1 : 2 });

    public void Phase(string name, bool began) => Add("PhaseEvent", new PhaseEvent { Phase = name, Action = began ? 0 : 1 });

    public void Failed(string sequence, string error) => Add(
        "SequenceEvent", new SequenceEvent { Sequence = sequence, Error = new() { Message = $"sequence failed: {error}" } });

    public void Refused(string error) => Add("ConfigValidationErrorEvent", new ConfigErrorEvent { Error = error });

    public void Status(MachineStatus status)
    {
        var wire = new Talos.Events.Wire.MachineStatus { Ready = status.Ready };
        wire.UnmetConditions.AddRange(status.Unmet.Select(u => new Talos.Events.Wire.UnmetCondition { Name = u.Name, Reason = u.Reason }));
        Add("MachineStatusEvent", new MachineStatusEvent { Stage = (int)status.Stage, Status = wire });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Add(string kind, IMessage message)
    {
        var item = new Event
        {
            Id = $"{_prefix}{_all.Count.ToString("x8", CultureInfo.InvariantCulture)}",
            Data = new Any { TypeUrl = $"type.googleapis.com/machine.{kind}", Value = message.ToByteString() },
        };
        _all.Add(item);
        _toSend.Writer.TryWrite(item);
    }

    private async Task SendAsync(Uri sink, string? network, TimeProvider time)
    {
        using var channel = new GrpcChannel(sink, Handler(network), time);
        await foreach (var item in _toSend.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            for (var sent = false; !sent;)
                try
                {
                    var request = new EventRequest { Id = item.Id, ActorId = item.ActorId, Data = item.Data };
                    await channel.UnaryAsync("/events.EventSinkService/Publish", request, Empty.Parser, new(MostForOne),
                        _stop.Token).ConfigureAwait(false);
                    sent = true;
                }
                catch (TalosApiException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), _stop.Token).ConfigureAwait(false);
                }
    }

    private static SocketsHttpHandler Handler(string? network)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = MostForConnecting };
        if (network is not null)
            handler.ConnectCallback = async (context, cancel) => new NetworkStream(
                await InNamespace.ConnectAsync(network, IPEndPoint.Parse($"{context.DnsEndPoint.Host}:{context.DnsEndPoint.Port}"), cancel)
                    .ConfigureAwait(false),
                ownsSocket: true);
        return handler;
    }
}
