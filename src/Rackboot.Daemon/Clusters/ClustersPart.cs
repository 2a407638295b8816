using System.Net;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Mirror;
using Rackboot.Daemon.Store;
using Rackboot.Talos.Events;

namespace Rackboot.Daemon.Clusters;

/// <summary>Talos clusters: their documents and secrets, the configurations of their machines, the events of their nodes, and the
/// reconciler. Boots ask it what a member boots; the boot path never waits for a node.</summary>
internal sealed class ClustersPart : IPart
{
    private readonly RackbootConfiguration _configuration;
    private readonly MirrorPart _mirror;
    private readonly BootPlanePart _bootPlane;
    private readonly BootAddresses _own;
    private readonly AddressBook _addresses;
    private readonly ILoggerFactory _logs;
    private readonly TimeProvider _time;
    private readonly TalosNodes _nodes;
    private readonly EventSink _sink;
    private readonly WebServer _sinkServer = new(TimeSpan.FromSeconds(5));
    private readonly ClusterApi _api;
    private readonly NodeConfigurationApi _configurations;
    private readonly ClusterCareApi _care;

    public ClustersPart(
        RackbootConfiguration configuration, StorePart store, AssetsPart assets, MirrorPart mirror, MachinesPart machines, BootsPart boots,
        CloudsPart clouds, BootPlanePart bootPlane,
        TimeProvider time, ILoggerFactory logs)
    {
        (_configuration, _mirror, _bootPlane, _time, _logs) = (configuration, mirror, bootPlane, time, logs);
        (_own, _addresses) = (boots.Own, boots.Addresses);
        var inventory = machines.Inventory;
        Book = new ClusterBook(store.Store, store.Events, time);
        mirror.Keeper.Clusters = () => Book.All.Select(c => new ClusterSeat(c.Name, c.TalosVersion, c.Schematic));
        _nodes = new TalosNodes(Book, time);
        var configurations = new ClusterConfigurations(Book, Surroundings);
        boots.Configs.Composed = machine => Configuration(configurations, machine);
        Book.Changed += () => inventory.Seat(Seat);
        inventory.Seat(Seat);
        var said = new NodeEventLog();
        inventory.Gone += (gone, _) => said.Forget(gone);
        var eye = new ClusterEye(Book, inventory, boots.Log, boots.Addresses, _nodes, new RunningConfigurations(configurations, _nodes),
            said,
            time);
        var snapshots = new EtcdSnapshots(Path.Combine(configuration.Data, "snapshots"), _nodes, store.Events, time);
        var actions = new ClusterActions(
            Book, inventory, boots.Log, _nodes, configurations, snapshots, (
                machine, address) => Untrusted(boots, clouds, machine, address), store.Events, time);
        Reconciler = new ClusterReconciler(Book, eye, actions, store.Events, time);
        var reports = new NodeEventReports(inventory, boots.Log, boots.Addresses, said);
        reports.Changed += new ThrottledWake(Reconciler.Wake, time).Hear;
        _sink = new EventSink((peer, e) => reports.Received(peer, e), (_, reason) => bootPlane.Counters.Add($"events.dropped ({reason})"),
            time);
        _api = new ClusterApi(Book, Reconciler, new ClusterAccess(Book, Reconciler, store.Events, time), configurations, assets.Assets,
            inventory, time);
        var orders = new ClusterOrders(Book, Reconciler, snapshots, store.Events, time);
        _care = new ClusterCareApi(Book, orders, snapshots, _api.Write);
        _configurations = new NodeConfigurationApi(Book, inventory, boots.Addresses, _nodes, configurations);
    }

    public ClusterBook Book { get; }

    public ClusterReconciler Reconciler { get; }

    public Task Ready => _configuration.EventPort == 0 ? Task.CompletedTask : _sinkServer.Ready;

    public void MapManagement(IEndpointRouteBuilder api)
    {
        _api.Map(api);
        _configurations.Map(api);
        _care.Map(api);
    }

    public void Measure(MetricsText text)
    {
        text.Metric("rackboot_cluster_machines", "gauge", "Machines of clusters by their stage.");
        foreach (var cluster in Book.All)
            foreach (var (stage, count) in Reconciler.View(cluster.Name)?.Seen.Members.CountBy(m => m.Stage) ?? [])
                text.Sample("rackboot_cluster_machines", count, ("cluster", cluster.Name), ("stage", ClusterWords.Of(stage)));
        text.Metric("rackboot_cluster_ready", "gauge", "1: every machine of the cluster has joined and is ready.");
        foreach (var cluster in Book.All)
            text.Sample("rackboot_cluster_ready", Reconciler.View(cluster.Name)?.Decision.Phase == ClusterPhase.Ready ? 1 : 0,
                ("cluster", cluster.Name));
    }

    public Task RunAsync(CancellationToken cancel)
    {
        if (_configuration.EventPort == 0)
            return Reconciler.RunAsync(cancel);
        var sink = EventSinkServer.Build(
            _sink, _own, _configuration.EventPort, node => _addresses.At(node) is not null, _bootPlane.Counters, _time, _logs);
        return Together.RunAsync(cancel, Reconciler.RunAsync, stop => _sinkServer.RunAsync(sink, stop));
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) =>
        changed.EventPort == _configuration.EventPort ? [] : ["boot.events"];

    public ValueTask DisposeAsync()
    {
        _nodes.Dispose();
        return ValueTask.CompletedTask;
    }

    // Push a configuration only to an address that could also fetch it.
    private static string? Untrusted(BootsPart boots, CloudsPart clouds, Core.Machines.Machine machine, IPAddress address)
    {
        if (machine.Spec?.Place is { } place)
            return clouds.AddressOf(machine.Id)?.Equals(address) is true ? null
                : $"provider {place.Provider} does not list {address} as its address";
        var device = boots.Networks.Interfaces.Where(i => i.Network.Contains(address)).Select(i => i.Device).FirstOrDefault() ?? "";
        var verdict = boots.Trust.Judge(machine, address, device, card: null);
        return verdict.Level == TrustLevel.Released ? null : verdict.Reason;
    }

    private ClusterSeat? Seat(
        MachineSpec spec) => Book.All.FirstOrDefault(c => ClusterMembership.RoleOf(spec, c) is not null) is { } cluster
        ? new ClusterSeat(cluster.Name, cluster.TalosVersion, cluster.Schematic)
        : null;

    private (Core.Secret? Configuration, string? Mistake) Configuration(ClusterConfigurations configurations, Core.Machines.Machine machine)
    {
        if (Book.Find(machine.Seat!.Cluster) is not { } cluster)
            return (null, $"cluster {machine.Seat.Cluster} was deleted");
        var composed = configurations.Compose(cluster, machine);
        return (composed.Configuration, composed.Configuration is null
            ? $"its configuration has errors: {string.Join("; ", composed.Mistakes)}; correct the patches of cluster {cluster.Name} and "
                + "apply it again"
            : null);
    }

    // The appliance's services for the machines of its rack.
    private ClusterSurroundings Surroundings()
    {
        var own = _own.Primary;
        var isolated = _configuration.Assets.Factory is null && _configuration.Assets.Registries.Count == 0;
        var mirrors = _mirror.Mirrors(new Uri(_configuration.HttpPort == 80 ? $"http://{own}" : $"http://{own}:{_configuration.HttpPort}"));
        return new ClusterSurroundings
        {
            Mirrors = mirrors.ToDictionary(m => m.Registry, m => m.Endpoint.ToString()),
            Isolated = isolated && mirrors.Count > 0,
            Factory = _configuration.Assets.Factory?.Authority ?? ClusterSurroundings.PublicFactory,
            EventSink = _configuration.EventPort == 0 ? null : $"{own}:{_configuration.EventPort}",
            KernelLog = _configuration.LogPort == 0 ? null : $"tcp://{own}:{_configuration.LogPort}",
        };
    }
}
