using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Rackboot.Dhcp;

/// <summary>A DHCPv4 server on some interfaces (RFC 2131), with boot data for PXE and HTTP boot clients.</summary>
/// <remarks>A message goes from <see cref="InterfaceSocket"/> to <see cref="DhcpEngine"/>, which says what it leads to: a reply at once, a reply
/// once a lease is durable, or a probe of an address, after which the message is handled again.</remarks>
public sealed class DhcpServer
{
    private const int MostProbesPerMessage = 3;

    private readonly DhcpServerOptions _options;
    private readonly ILeaseStore _store;
    private readonly IDhcpObserver _observer;
    private readonly TimeProvider _time;
    private readonly DhcpEngine _engine;
    private readonly Lock _lock = new();
    private readonly Channel<Pending> _pending;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _probes;
    private volatile bool _stopping;

    /// <summary>A server that serves nothing yet. Reads all leases from <paramref name="leases"/>.</summary>
    public DhcpServer(DhcpServerOptions options, IDhcpPolicy policy, ILeaseStore leases, IDhcpObserver observer, TimeProvider time)
    {
        (_options, _store, _observer, _time) = (options, leases, observer, time);
        var stored = leases.Load();
        _engine = new DhcpEngine(options, policy, observer, time, stored);
        _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.MostWaitingAnswers) { SingleReader = true });
        foreach (var lease in stored)
            observer.LeaseChanged(lease);
    }

    private readonly record struct Pending(Lease Lease, DhcpReply? Reply, InterfaceSocket Socket);

    private sealed record Port(InterfaceSocket Socket, Interface Interface, ArpProbe? Arp, bool IsProxyPort);

    /// <summary>Completes when every socket is bound; fails if one cannot be.</summary>
    public Task Ready => _ready.Task;

    /// <summary>All leases that were ever committed and not given to somebody else since.</summary>
    public IReadOnlyList<Lease> Leases
    {
        get
        {
            lock (_lock)
                return _engine.Leases;
        }
    }

    /// <summary>Serves other subnets from now on. Leases stay.</summary>
    public void Reconfigure(IReadOnlyList<DhcpSubnet> subnets)
    {
        lock (_lock)
            _engine.Reconfigure(subnets);
    }

    /// <summary>Serves until cancelled, then finishes what is under way.</summary>
    /// <exception cref="IOException">An interface or port cannot be served; the message says which and what to do.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var ports = new List<Port>();
        try
        {
            try
            {
                Open(ports);
                _ready.SetResult();
            }
            catch (Exception e)
            {
                _ready.SetException(e);
                throw;
            }

            var commits = Task.Run(CommitLoopAsync, CancellationToken.None);
            foreach (var port in ports)
                new Thread(() => ReceiveLoop(port)) { Name = $"dhcp {port.Interface.Name}", IsBackground = true }.Start();
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            _stopping = true;
            _pending.Writer.TryComplete();
            await commits.ConfigureAwait(false);
        }
        finally
        {
            foreach (var port in ports)
            {
                port.Socket.Dispose();
                port.Arp?.Dispose();
            }
        }
    }

    private void Open(List<Port> ports)
    {
        foreach (var name in _options.Interfaces)
        {
            var on = Interface.Find(name);
            var arp = _options.ConflictProbe is ConflictProbe.Auto or ConflictProbe.Arp && on.HardwareAddress.Length == 6 ? new ArpProbe(on) : null;
            ports.Add(new Port(new InterfaceSocket(on, _options.ServerPort), on, arp, IsProxyPort: false));
            ports.Add(new Port(new InterfaceSocket(on, _options.ProxyPort), on, null, IsProxyPort: true));
        }
    }

    private void ReceiveLoop(Port port)
    {
        var buffer = new byte[4096];
        while (!_stopping)
        {
            try
            {
                var length = port.Socket.Receive(buffer, out var source);
                Take(buffer.AsSpan(0, length), port, new Ingress(port.Interface.Name, port.Interface.Addresses, source, port.IsProxyPort));
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (_stopping)
            {
                return;
            }
            catch (SocketException e)
            {
                // The link went down or an answer could not be sent: the next packet may fare better.
                _observer.Dropped(new IPEndPoint(IPAddress.Any, 0), $"network error {e.SocketErrorCode}");
                Thread.Sleep(1);
            }
            catch (Exception e)
            {
                _observer.Dropped(new IPEndPoint(IPAddress.Any, 0), $"internal error {e.GetType().Name}");
            }
        }
    }

    private void Take(ReadOnlySpan<byte> packet, Port port, Ingress ingress, int probes = 0)
    {
        DhcpOutcome outcome;
        lock (_lock)
            outcome = _engine.Handle(packet, ingress);
        if (outcome.Probe is { } address)
            StartProbe(address, packet.ToArray(), port, ingress, probes);
        else if (outcome.Commit is { } lease)
            Commit(new Pending(lease, outcome.Reply, port.Socket));
        else if (outcome.Reply is { } reply)
            Send(reply, port.Socket);
    }

    private void Commit(Pending pending)
    {
        if (!_pending.Writer.TryWrite(pending))
            _observer.Dropped(pending.Reply?.Destination ?? new IPEndPoint(IPAddress.Any, 0), "too many answers wait for the disk");
    }

    // Group commit: while one is under way, all that come in wait for the next.
    private async Task CommitLoopAsync()
    {
        var batch = new List<Pending>();
        var leases = new List<Lease>();
        while (await _pending.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            leases.Clear();
            while (_pending.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                leases.Add(pending.Lease);
            }

            try
            {
                await _store.CommitAsync(leases, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Nothing was promised: the clients ask again.
                _observer.Dropped(new IPEndPoint(IPAddress.Any, 0), $"leases could not be stored ({e.GetType().Name})");
                continue;
            }

            foreach (var (lease, reply, socket) in batch)
            {
                _observer.LeaseChanged(lease);
                if (reply is not null)
                    Send(reply, socket);
            }
        }
    }

    private void Send(DhcpReply reply, InterfaceSocket socket)
    {
        try
        {
            socket.Send(reply);
        }
        catch (SocketException e)
        {
            _observer.Dropped(reply.Destination, $"an answer could not be sent ({e.SocketErrorCode})");
            return;
        }

        _observer.Answered(reply.Client, reply.Type, reply.Address, reply.BootFile);
    }

    private void StartProbe(IPAddress address, byte[] packet, Port port, Ingress ingress, int probes)
    {
        // Behind a proxy-ARP router every address answers: the client asks again later, and the pool is not used up on one message.
        if (probes >= MostProbesPerMessage)
        {
            _observer.Dropped(ingress.Source, "every address that was probed is in use");
            return;
        }

        if (Interlocked.Increment(ref _probes) > _options.MostProbes)
        {
            Interlocked.Decrement(ref _probes);
            _observer.Dropped(ingress.Source, "too many probes under way");
            return;
        }

        _ = ProbeAsync(address, packet, port, ingress, probes + 1);
    }

    private async Task ProbeAsync(IPAddress address, byte[] packet, Port port, Ingress ingress, int probes)
    {
        try
        {
            var attached = port.Interface.Addresses.Any(a => a.Network.Contains(address));
            var inUse = port.Arp is { } arp && (attached || _options.ConflictProbe == ConflictProbe.Arp)
                ? await arp.IsInUseAsync(address, _options.ProbeTimeout, _time).ConfigureAwait(false)
                : await AnswersEchoAsync(address).ConfigureAwait(false);
            lock (_lock)
                if (!inUse)
                    _engine.ProbeSilent(address);
                else if (_engine.ProbeAnswered(address) is { } quarantine)
                    Commit(new Pending(quarantine, null, port.Socket));
            Take(packet, port, ingress, probes);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or PingException)
        {
            _observer.Dropped(ingress.Source, "an address could not be probed");
        }
        finally
        {
            Interlocked.Decrement(ref _probes);
        }
    }

    private async Task<bool> AnswersEchoAsync(IPAddress address)
    {
        using var ping = new Ping();
        return (await ping.SendPingAsync(address, _options.ProbeTimeout).ConfigureAwait(false)).Status == IPStatus.Success;
    }
}
