using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rackboot.Dhcp;

/// <summary>A DHCPv4 server on some interfaces (RFC 2131), with boot data for PXE and HTTP boot clients.</summary>
/// <remarks>A message goes from <see cref="InterfaceSocket"/> to <see cref="DhcpEngine"/>, which says what it leads to: a reply at once, a
/// reply once a lease is durable, or a probe of an address, after which the message is handled again.</remarks>
public sealed class DhcpServer
{
    private const int MostProbesPerMessage = 3;

    // Of clients that do not go first this many messages wait.
    private const int MostInLine = 4096;
    private const int PlacesAtOnce = 8192; // counted in well under a millisecond, in which nobody is answered

    private readonly DhcpServerOptions _options;
    private readonly IDhcpPolicy _policy;
    private readonly IDhcpObserver _observer;
    private readonly TimeProvider _time;
    private readonly DhcpEngine _engine;
    private readonly Lock _lock = new();
    private readonly GroupCommit _commits;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<IPAddress> _probing = [];
    private readonly List<Port> _ports = []; // locked while they change
    private volatile bool _stopping;

    /// <summary>A server that serves nothing yet. Reads all leases from <paramref name="leases"/>.</summary>
    public DhcpServer(DhcpServerOptions options, IDhcpPolicy policy, ILeaseStore leases, IDhcpObserver observer, TimeProvider time)
    {
        (_options, _policy, _observer, _time) = (options, policy, new SafeObserver(observer), time);
        _engine = new DhcpEngine(options, policy, _observer, time);
        _commits = new GroupCommit(leases, _observer, options.MostWaitingAnswers, time);
        leases.Load(lease =>
        {
            _engine.Restore(lease);
            _observer.LeaseChanged(lease);
        });
    }

    /// <summary>Completes when every socket is bound of the interfaces that are there; fails if one cannot be.</summary>
    public Task Ready => _ready.Task;

    /// <summary>All leases from <paramref name="first"/> on by address, ended ones too whose address nobody has had since. Each is as it
    /// is when it is read, and clients are answered meanwhile. One that is about to be stored is among them.</summary>
    /// <param name="holder">Only those of this <see cref="Lease.Holder"/>; null: of all.</param>
    public IEnumerable<Lease> LeasesFrom(IPAddress first, string? holder = null)
    {
        var start = DhcpMessage.ToNumber(first);
        IReadOnlyList<uint> pages;
        lock (_lock)
            pages = _engine.Table.PagesFrom(start);
        foreach (var page in pages)
        {
            IReadOnlyList<PackedLease> leases;
            lock (_lock)
                leases = _engine.Table.LeasesOn(page);
            foreach (var lease in leases)
                if (lease.Address >= start && (holder is null || lease.Holder.Is(holder)))
                    yield return lease.Unpack();
        }
    }

    /// <summary>Counts the leases in force: a million in some milliseconds, and clients are answered meanwhile.</summary>
    public LeaseUse CountLeases()
    {
        LeaseUse use;
        lock (_lock)
            use = _engine.NoUse();
        for (int? next = 0; next is { } place;)
            lock (_lock)
                next = _engine.Table.CountInForce(place, PlacesAtOnce, use, _time.GetUtcNow());
        return use;
    }

    /// <summary>Serves other subnets from now on. Leases stay.</summary>
    public void Reconfigure(IReadOnlyList<DhcpSubnet> subnets)
    {
        lock (_lock)
            _engine.Reconfigure(subnets);
    }

    /// <summary>Serves the interfaces as they are from now on: opens those that have come, closes those that have gone, and answers from
    /// the addresses that each has. What did not change goes on undisturbed.</summary>
    /// <returns>What cannot be served and why, in sentences; calling again tries again.</returns>
    public IReadOnlyList<string> FollowInterfaces()
    {
        lock (_ports)
            return _stopping || !_ready.Task.IsCompletedSuccessfully ? [] : Follow();
    }

    /// <summary>Serves until cancelled, then finishes what is under way. Interfaces that are not there are served when
    /// <see cref="FollowInterfaces"/> finds them.</summary>
    /// <exception cref="IOException">A port cannot be served; the message says which and what to do.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            lock (_ports)
                if (Follow() is [var trouble, ..])
                    _ready.SetException(new IOException(trouble));
                else
                    _ready.SetResult();
            await _ready.Task.ConfigureAwait(false);
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            _stopping = true;
            await _commits.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (_ports)
            {
                _stopping = true;
                _ports.ForEach(port => port.Dispose());
            }
        }
    }

    private List<string> Follow()
    {
        var troubles = new List<string>();
        foreach (var name in _options.Interfaces)
        {
            var on = Interface.Find(name);
            foreach (var port in _ports.Where(p => p.Interface.Name == name).ToList())
                if (port.Interface.Index == on?.Index)
                    port.Interface = on;
                else
                    Close(port);
            if (on is not null && _ports.All(p => p.Interface.Name != name))
                Open(on, troubles);
        }

        lock (_lock)
            _engine.KeepForServer(_ports.SelectMany(p => p.Interface.Addresses, (_, a) => a.Address));
        return troubles;
    }

    private void Open(Interface on, List<string> troubles)
    {
        var opened = new List<Port>();
        try
        {
            var asksByArp = _options.ConflictProbe is ConflictProbe.Auto or ConflictProbe.Arp && on.HardwareAddress.Length == 6;
            var socket = new InterfaceSocket(on, _options.ServerPort, _observer);
            opened.Add(new Port(socket, on, asksByArp ? new ArpProbe(on) : null, isProxyPort: false));
            opened.Add(new Port(new InterfaceSocket(on, _options.ProxyPort, _observer), on, null, isProxyPort: true));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            opened.ForEach(port => port.Dispose());
            troubles.Add(e is IOException ? e.Message : $"cannot serve {on.Name}: {e.Message}");
            return;
        }

        _ports.AddRange(opened);
        foreach (var port in opened)
            new Thread(() => ReceiveLoop(port)) { Name = $"dhcp {on.Name}", IsBackground = true }.Start();
    }

    private void Close(Port port)
    {
        _ports.Remove(port);
        port.Dispose();
    }

    // Everything that waits at the socket is looked at before a client is answered that does not go first: however many strangers ask, a
    // known client waits for a look at each of them (microseconds), and for an answer to as many as one call receives.
    private void ReceiveLoop(Port port)
    {
        var inbox = new Inbox();
        var message = new DhcpMessage();
        var line = new WaitingLine(MostInLine);
        var replies = new List<DhcpReply>();
        while (!_stopping && !port.IsClosed)
        {
            var count = Receive(port, inbox, wait: line.IsEmpty);
            var isLate = count == Inbox.Most || !line.IsEmpty;
            for (var i = 0; i < count; i++)
                if (GoesFirst(inbox.Packet(i), message))
                    Take(inbox.Packet(i), port, From(port, inbox.Source(i), isLate), goesFirst: true, replies);
                else if (line.Add(inbox.Packet(i), inbox.Source(i)) is { } dropped)
                    _observer.Dropped(dropped, "too many unknown clients ask at once");

            Answer(port, replies);

            // A full inbox says that more waits.
            for (var turns = count < Inbox.Most ? Inbox.Most : 1; turns > 0 && !line.IsEmpty; turns--)
                Take(line.Next(out var from), port, From(port, from, isLate), goesFirst: false, replies);
            Answer(port, replies);
        }
    }

    // What came in together is answered, and stored, together.
    private void Answer(Port port, List<DhcpReply> replies)
    {
        port.Socket.Send(replies);
        replies.Clear();
        _commits.Start();
    }

    private int Receive(Port port, Inbox inbox, bool wait)
    {
        try
        {
            return port.Socket.Receive(inbox, wait);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (_stopping || port.IsClosed || e is not SocketException trouble)
                return 0;
            // The link went down: the next packet may fare better.
            _observer.Dropped(new IPEndPoint(IPAddress.Any, 0), $"network error: {trouble.Message}");
            Thread.Sleep(1);
            return 0;
        }
    }

    private bool GoesFirst(ReadOnlySpan<byte> packet, DhcpMessage message)
    {
        try
        {
            return DhcpMessage.TryParse(packet, message, out _) && _policy.GoesFirst(message.HardwareAddress, ClientReader.Uuid(message));
        }
        catch (Exception e)
        {
            _observer.Dropped(new IPEndPoint(IPAddress.Any, 0), $"internal error {e.GetType().Name}"); // said, and answered in its turn
            return false;
        }
    }

    private static Ingress From(Port port, IPEndPoint source, bool isLate) =>
        new(port.Interface.Name, port.Interface.Addresses, source, port.IsProxyPort, isLate);

    /// <param name="replies">Gets the reply that is to leave now. Leases that are to be stored first are queued.</param>
    private void Take(ReadOnlySpan<byte> packet, Port port, Ingress ingress, bool goesFirst, List<DhcpReply> replies, int probes = 0)
    {
        DhcpOutcome outcome;
        try
        {
            lock (_lock)
            {
                outcome = _engine.Handle(packet, ingress);
                if (outcome.Commit is not null)
                    _commits.Add(outcome, port.Socket);
            }
        }
        catch (Exception e)
        {
            // The policy failed, or this code has a fault: one message is lost, not the server.
            _observer.Dropped(ingress.Source, $"internal error {e.GetType().Name}");
            return;
        }

        if (outcome.Probe is { } address)
            StartProbe(address, packet.ToArray(), port, ingress, goesFirst, probes);
        else if (outcome is { Commit: null, Reply: { } reply })
            replies.Add(reply);
    }

    private void StartProbe(IPAddress address, byte[] packet, Port port, Ingress ingress, bool goesFirst, int probes)
    {
        // Behind a proxy-ARP router every address answers: the client asks again later, and the pool is not used up on one message.
        if (probes >= MostProbesPerMessage)
        {
            _observer.Dropped(ingress.Source, DhcpSilence.EveryAddressInUse);
            _observer.Unserved(ClientReader.Hardware(packet.AsSpan(DhcpMessage.HardwareAddressOffset, 6)), null, port.Interface.Name,
                DhcpSilence.EveryAddressInUse);
            return;
        }

        lock (_probing)
        {
            if (_probing.Count >= (goesFirst ? _options.MostProbes : _options.MostProbes / 2) || !_probing.Add(address))
            {
                _observer.Dropped(
                    ingress.Source, _probing.Contains(address) ? "its address is being probed already" : "too many probes under way");
                return;
            }
        }

        _ = ProbeAsync(address, packet, port, ingress, goesFirst, probes + 1);
    }

    private async Task ProbeAsync(IPAddress address, byte[] packet, Port port, Ingress ingress, bool goesFirst, int probes)
    {
        try
        {
            var onTheWire = !packet.AsSpan(DhcpMessage.RelayAddressOffset, 4).ContainsAnyExcept((byte)0)
                || port.Interface.Addresses.Any(a => a.Network.Contains(address));
            string? by = null;
            var inUse = port.Arp is { } arp && (onTheWire || _options.ConflictProbe == ConflictProbe.Arp)
                ? (by = await arp.WhoUsesAsync(address, packet.AsMemory(DhcpMessage.HardwareAddressOffset, 6), _options.ProbeTimeout,
                    _time).ConfigureAwait(false)) is not null
                : await AnswersEchoAsync(address).ConfigureAwait(false);
            lock (_lock)
                if (!inUse)
                    _engine.ProbeSilent(address);
                else if (_engine.ProbeAnswered(address, by) is { Commit: not null } quarantine)
                    _commits.Add(quarantine, port.Socket);
        }
        catch (Exception)
        {
            _observer.Dropped(ingress.Source, "cannot probe an address");
            return;
        }
        finally
        {
            lock (_probing)
                _probing.Remove(address);
        }

        var replies = new List<DhcpReply>();
        Take(packet, port, ingress, goesFirst, replies, probes);
        Answer(port, replies);
    }

    private async Task<bool> AnswersEchoAsync(IPAddress address)
    {
        try
        {
            using var ping = new Ping();
            return (await ping.SendPingAsync(address, _options.ProbeTimeout).ConfigureAwait(false)).Status == IPStatus.Success;
        }
        catch (PingException)
        {
            // There is no route to a client's network but by its relay: nobody can be asked, and the clients there are to boot all the
            // same.
            return false;
        }
    }
}
