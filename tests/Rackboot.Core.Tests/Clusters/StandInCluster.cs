using System.Net;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos.Secrets;
using Rackboot.Talos.Configuration.Generation;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>Three control-plane machines and a worker as stand-in nodes, and an appliance that keeps them over the real Talos API with its
/// certificates. The time of both passes with the rounds.</summary>
internal sealed class StandInCluster : IAsyncDisposable
{
    private const int MostRounds = 400;

    private readonly Dictionary<string, TalosNode> _byName = [];
    private TalosNodes _talos = null!;

    public StandInCluster()
    {
        Nodes = new StandInRack(Time);
        StartAppliance();
    }

    public LoopbackNetwork Network { get; } = new();

    public static Cluster Prod { get; } = new()
    {
        Name = "prod",
        Endpoint = new Uri("https://127.0.0.1:1"),
        TalosVersion = "v1.13.8",
        KubernetesVersion = "v1.35.1",
        ControlPlane = new ClusterPool(new Dictionary<string, string> { ["role"] = "control" }, []),
        Workers = new ClusterPool(new Dictionary<string, string> { ["role"] = "worker" }, []),
        InstallDisk = new InstallDisk { Path = "/dev/nvme0n1" },
    };

    public Rack Rack { get; } = Rack.Start();

    public Clock Time { get; } = new();

    public StandInRack Nodes { get; }

    /// <summary>Puts something between the appliance and its disk.</summary>
    public Func<IStore, IStore> Disk { get; set; } = store => store;

    /// <summary>Puts something between the appliance and the nodes.</summary>
    public Func<IClusterNodes, IClusterNodes> Wire { get; set; } = nodes => nodes;

    public ClusterBook Book { get; private set; } = null!;

    public ClusterReconciler Reconciler { get; private set; } = null!;

    public ClusterConfigurations Configurations { get; private set; } = null!;

    public EtcdSnapshots Snapshots { get; private set; } = null!;

    public ClusterOrders Orders { get; private set; } = null!;

    public IClusterNodes Talos => Wire(_talos);

    public string ClusterId => Book.Secrets("prod")!.ClusterId;

    public ClusterDecision Decision => Reconciler.View("prod")!.Decision;

    public IReadOnlyList<MemberObservation> Members => Reconciler.View("prod")!.Seen.Members;

    public IEnumerable<TalosNode> All => _byName.Values;

    public TalosNode this[string name] => _byName[name];

    public bool IsReady => Reconciler.View("prod")?.Decision.Phase == ClusterPhase.Ready;

    public async ValueTask DisposeAsync()
    {
        _talos.Dispose();
        await Nodes.DisposeAsync();
        await Rack.DisposeAsync();
        Network.Dispose();
    }

    public async Task AddMachinesAsync(bool worker = true)
    {
        foreach (var name in (string[])["cp-1", "cp-2", "cp-3"])
            await AddAsync(name, "control");
        if (worker)
            await AddAsync("worker-1", "worker");
    }

    public async Task BringUpAsync(Cluster? cluster = null)
    {
        await AddMachinesAsync();
        await PutAsync(cluster ?? Prod);
        await RunUntilAsync(() => IsReady);
    }

    public async Task<Cluster> PutAsync(Cluster cluster)
    {
        var applied = await Book.PutAsync(cluster, null, null, dryRun: false);
        Assert.Null(applied.Refusal);
        return applied.Document!;
    }

    /// <summary>The cluster as if it had been applied, with these secrets: making new ones takes longer than bringing it up.</summary>
    public async Task SeedAsync(ClusterSecrets secrets)
    {
        await Rack.Store.CommitAsync(
        [
            Change.Replace(Table.Clusters, Prod.Name, Prod with { Version = 1 }, 0),
            Change.Put(Table.ClusterSecrets, Prod.Name, SecretsFile.Write(secrets).Reveal()),
        ]);
        StartAppliance();
    }

    public async Task AddAsync(string name, string role)
    {
        var number = _byName.Count + 1;
        var address = Network[(byte)number];
        var mac = $"52:54:00:00:02:{number:x2}";
        var machine = await Rack.AcceptAsync(name,
            new MachineSpec { Macs = [Rack.Mac(mac)], Labels = new Dictionary<string, string> { ["role"] = role } });
        Rack.Lease(address, machine.Id, mac);
        _byName[name] = await Nodes
            .AddAsync(new TalosNodeOptions { Listen = new IPEndPoint(address, 50000), Version = "v1.13.8", Hostname = $"talos-{number}" });
    }

    /// <summary>The machine is at another address now.</summary>
    public void Move(string name, IPAddress address)
    {
        var machine = Rack.Inventory.Fleet.Named(name)!;
        foreach (var old in _byName.Values.Select(n => n.Address).Where(a => Rack.Addresses.At(a) == machine.Id))
            Rack.Addresses.Remove(old);
        Rack.Lease(address, machine.Id, machine.Macs.First().ToString());
    }

    public async Task RunUntilAsync(Func<bool> reached, Action? beforeEach = null)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            beforeEach?.Invoke();
            await RoundAsync();
            if (reached())
                return;
        }

        var view = Reconciler.View("prod");
        Assert.Fail($"{view?.Decision.Phase}; {string.Join("; ", view?.Decision.Waits.Select(w => $"{w.Machine}: {w.For}") ?? [])}; "
            + string.Join("; ", view?.Seen.Members
                .Select(m => $"{m.Name} {m.Stage} {m.Etcd} {m.TalosVersion} {m.Configuration} {m.Problem}") ?? []));
    }

    public async Task RoundAsync()
    {
        await Reconciler.RoundAsync("prod", CancellationToken.None);
        Time.Pass(10);
    }

    /// <summary>The appliance starts anew, with what is on its disk.</summary>
    public void StartAppliance()
    {
        _talos?.Dispose();
        Book = new ClusterBook(Disk(Rack.Store), Rack.Events, Time);
        _talos = new TalosNodes(Book, Time);
        Configurations = new ClusterConfigurations(Book, () => new ClusterSurroundings { Isolated = true });
        var eye = new ClusterEye(Book, Rack.Inventory, Rack.Boots, Rack.Addresses, Talos, new RunningConfigurations(Configurations, Talos),
            new NodeEventLog(), Time);
        Snapshots = new EtcdSnapshots(Path.Combine(Rack.Directory, "snapshots"), Talos, Rack.Events, Time);
        var actions = new ClusterActions(
            Book, Rack.Inventory, Rack.Boots, Talos, Configurations, Snapshots, (_, _) => null, Rack.Events, Time);
        Reconciler = new ClusterReconciler(Book, eye, actions, Rack.Events, Time);
        Orders = new ClusterOrders(Book, Reconciler, Snapshots, Rack.Events, Time);
        Book.Changed += Seat;
        Seat();

        void Seat() => Rack.Inventory.Seat(spec => Book.All
            .FirstOrDefault(c => ClusterMembership.RoleOf(spec, c) is not null) is { } cluster
            ? new ClusterSeat(cluster.Name, cluster.TalosVersion, cluster.Schematic)
            : null);
    }
}
