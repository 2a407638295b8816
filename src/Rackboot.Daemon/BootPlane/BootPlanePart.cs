using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Store;
using Rackboot.Dhcp;
using Rackboot.Talos;
using Rackboot.Tftp;

namespace Rackboot.Daemon.BootPlane;

/// <summary>All servers on the boot network: DHCP, TFTP, HTTP, kernel logs. Its HTTP server has the paths of every part.</summary>
internal sealed class BootPlanePart : IPart
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    private readonly RackbootConfiguration _configuration;
    private readonly IReadOnlyList<IPart> _parts;
    private readonly BootAddresses _own;
    private readonly AddressBook _addresses;
    private readonly TrustDesk _trust;
    private readonly DhcpServer _dhcp;
    private readonly EachPlace<(string Device, int Index)> _tftp;
    private readonly WebServer _web = new(StopWithin);
    private readonly EachPlace<BootAddress> _kernelLogs;
    private readonly LeaseApi _api;
    private readonly TimeServers _timeServers;
    private readonly TimeProvider _time;
    private volatile IReadOnlyList<DhcpSubnet> _subnets;

    /// <param name="parts">All parts of the appliance; the later ones are added before this one runs.</param>
    public BootPlanePart(
        RackbootConfiguration configuration, StorePart store, AssetsPart assets, MachinesPart machines, BootsPart boots,
        IReadOnlyList<IPart> parts,
        TimeProvider time, ILoggerFactory logs)
    {
        (_configuration, _parts, _time, _subnets) = (configuration, parts, time, configuration.Subnets);
        var (inventory, addresses) = (machines.Inventory, boots.Addresses);
        (_own, _trust, _addresses) = (boots.Own, boots.Trust, addresses);
        var dhcpBoot = DhcpBoot = new DhcpBoot(inventory, boots.Desk, boots.Log, addresses, store.Events, Counters)
        {
            Sightings = boots.Sightings, Conflicts = new AddressConflicts(time), Loops = new NetworkLoops(time),
        };
        _dhcp = new DhcpServer(DhcpOptions(configuration), dhcpBoot, new StoredLeases(store.Store), dhcpBoot, time);
        var tftpBoot = TftpBoot = new TftpBoot(inventory, boots.Desk, assets.Assets, boots.Log, addresses, Counters)
        {
            Sightings = boots.Sightings,
        };
        _tftp = new EachPlace<(string Device, int Index)>(
            _own, () => _own.Served.Select(a => (a.Device, a.Index)), on => Tftp(on.Device, tftpBoot));
        Http = new BootPlaneServer(
            boots.Desk, assets.Assets, boots.Log, inventory, addresses, boots.Configs, assets.Pulls, boots.Sightings, Counters, time, logs);
        Reports = new TalosReports(inventory, boots.Log, addresses, Counters, time);
        _kernelLogs = new EachPlace<BootAddress>(_own, () => configuration.LogPort == 0 ? [] : _own.Served, KernelLogs);
        _timeServers = new TimeServers(boots.Networks, store.Events, time);
        _api = new LeaseApi(_dhcp.LeasesFrom, inventory, time);
    }

    /// <summary>The handlers behind the servers, which themselves only listen.</summary>
    internal DhcpBoot DhcpBoot { get; }

    internal TftpBoot TftpBoot { get; }

    internal BootPlaneServer Http { get; }

    internal TalosReports Reports { get; }

    /// <summary>Counts of events on the boot network.</summary>
    public Counters Counters { get; } = new();

    public Task Ready => Task.WhenAll(_dhcp.Ready, _tftp.Ready, _web.Ready, _kernelLogs.Ready);

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    public void Measure(MetricsText text)
    {
        // dhcp.ack becomes rackboot_dhcp_events_total{event="ack"}.
        foreach (var plane in Counters.Snapshot().GroupBy(c => c.Key.Split('.', 2)[0]))
        {
            var name = $"rackboot_{plane.Key}_events_total";
            text.Metric(name, "counter", $"Events on the boot plane, {plane.Key}.");
            foreach (var (key, count) in plane)
                text.Sample(name, count, ("event", key[(plane.Key.Length + 1)..]));
        }

        LeaseNumbers.Measure(text, _dhcp.CountLeases(), _subnets);
    }

    public Task RunAsync(CancellationToken cancel)
    {
        var web = Http.Build(_own, _configuration.HttpPort, _configuration.HttpConnectionsPerSource, _parts);
        return Together.RunAsync(
            cancel, DhcpAsync, _tftp.RunAsync, stop => _web.RunAsync(web, stop), SweepAsync, _timeServers.RunAsync, _kernelLogs.RunAsync);
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        _dhcp.Reconfigure(changed.Subnets);
        _subnets = changed.Subnets;
        var (now, next) = (_configuration, changed);
        var settings = new (string Name, bool Changed)[]
        {
            ("boot.interfaces", !next.Interfaces.SequenceEqual(now.Interfaces)),
            ("boot.http", next.HttpPort != now.HttpPort),
            ("boot.httpConnectionsPerSource", next.HttpConnectionsPerSource != now.HttpConnectionsPerSource),
            ("boot.tftp", (next.TftpPort, next.TftpSinglePort) != (now.TftpPort, now.TftpSinglePort)),
            ("boot.logs", next.LogPort != now.LogPort),
            ("dhcp", (next.Probe, next.ProbeTimeout, next.Quarantine) != (now.Probe, now.ProbeTimeout, now.Quarantine)),
        };
        return [.. settings.Where(s => s.Changed).Select(s => s.Name)];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task SweepAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(SweepEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                Reports.Sweep();
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private async Task DhcpAsync(CancellationToken cancel)
    {
        void Follow() => _own.Report("DHCP", _dhcp.FollowInterfaces() is [_, ..] troubles ? $"DHCP: {string.Join("; ", troubles)}" : null);
        _own.Changed += Follow;
        try
        {
            await _dhcp.RunAsync(cancel);
        }
        finally
        {
            _own.Changed -= Follow;
        }
    }

    private PlaceServer Tftp(string device, TftpBoot boot)
    {
        var options = new TftpServerOptions
        {
            Interfaces = [device],
            Port = _configuration.TftpPort,
            SinglePort = _configuration.TftpSinglePort,
        };
        var server = new TftpServer(options, boot, boot, _time);
        return new PlaceServer($"TFTP on {device}", server.RunAsync, server.Ready);
    }

    private PlaceServer KernelLogs(BootAddress on)
    {
        var at = new IPEndPoint(on.Address, _configuration.LogPort);
        var lines = new KernelLogReceiver(at, Hear, Dropped, on.Device)
        {
            MostConnections = Descriptors.For(KernelLogReceiver.UsualConnections, Descriptors.OfKernelLogs / _own.Interfaces.Count),
            Expects = source => _addresses.At(source) is not null,
        };
        var datagrams = new KernelLogDatagrams(at, Hear, Dropped, on.Device);
        var name = $"the kernel log port {_configuration.LogPort} of {on.Address} on {on.Device}";
        return new PlaceServer(
            name, stop => Together.RunAsync(stop, lines.RunAsync, datagrams.RunAsync), Task.WhenAll(lines.Ready, datagrams.Ready));

        void Hear(IPAddress source, IReadOnlyList<KernelLogMessage> messages)
        {
            if (_trust.IsServed(source, on.Device))
                Reports.Received(source, messages);
        }

        void Dropped(IPAddress source, string reason) => Counters.Add($"logs.dropped ({reason})");
    }

    private static DhcpServerOptions DhcpOptions(RackbootConfiguration configuration) => new()
    {
        Interfaces = configuration.Interfaces,
        Subnets = configuration.Subnets,
        ConflictProbe = configuration.Probe,
        ProbeTimeout = configuration.ProbeTimeout,
        Quarantine = configuration.Quarantine,
    };
}
