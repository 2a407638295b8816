using System.Net;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Core.Tests.Support;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>Clusters of stand-in nodes, over the real Talos API with its certificates.</summary>
public sealed class StandInClusterTests : IAsyncDisposable
{
    private const int MostRounds = 120;

    // A network of loopback addresses of this test's own: Talos's port is always the same.
    private static int _networks;
    private readonly string _network = $"127.{100 + Environment.ProcessId % 100}.{Interlocked.Increment(ref _networks)}";
    private readonly Rack _rack = Rack.Start();
    private readonly StandInRack _nodes = new(TimeProvider.System);
    private readonly Dictionary<string, TalosNode> _byName = [];
    private ClusterBook _book = null!;
    private ClusterReconciler _reconciler = null!;
    private TalosNodes _talos = null!;

    public StandInClusterTests() => StartAppliance();

    private static Cluster Prod { get; } = new()
    {
        Name = "prod", Endpoint = new Uri("https://127.0.0.1:1"), TalosVersion = "v1.13.8", KubernetesVersion = "v1.35.1",
        ControlPlane = new ClusterPool(new Dictionary<string, string> { ["role"] = "control" }, []),
        Workers = new ClusterPool(new Dictionary<string, string> { ["role"] = "worker" }, []),
        InstallDisk = new InstallDiskRule { Device = "/dev/nvme0n1" },
    };

    private string ClusterId => _book.Secrets("prod")!.ClusterId;

    public async ValueTask DisposeAsync()
    {
        _talos.Dispose();
        await _nodes.DisposeAsync();
        await _rack.DisposeAsync();
    }

    [Fact]
    public async Task Machines_in_maintenance_become_a_cluster_that_is_upgraded_saved_and_shrunk()
    {
        await BringUpAsync(restartEachRound: false);
        Assert.Equal(1, _nodes.EtcdClustersOf(ClusterId));
        Assert.All(_reconciler.View("prod")!.Seen.Members, m => Assert.Equal("v1.13.8", m.TalosVersion));
        Assert.Contains("hostname: cp-1", _byName["cp-1"].ConfigurationText, StringComparison.Ordinal);

        var upgraded = Prod with { TalosVersion = "v1.13.9", KubernetesVersion = "v1.36.3" };
        Assert.Null((await _book.PutAsync(upgraded, null, null, dryRun: false)).Refusal);
        await RunUntilAsync(() => _reconciler.View("prod")!.Decision.Phase == ClusterPhase.Ready && _book.Memory("prod").Rollout is null
            && _reconciler.View("prod")!.Seen.Members.All(m => m.TalosVersion == "v1.13.9"
                && m.Kubernetes.GetValueOrDefault(KubernetesComponent.Kubelet) == "v1.36.3"));
        Assert.All(_byName.Values, n => Assert.Equal("v1.13.9", n.Version));
        Assert.Contains("kube-apiserver:v1.36.3", _byName["cp-2"].ConfigurationText, StringComparison.Ordinal);
        var snapshot = Assert.Single(Directory.EnumerateFiles(Path.Combine(_rack.Directory, "snapshots", "prod"), "*.etcd"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(snapshot));

        Assert.Null(await _reconciler.RemoveAsync(_book.Find("prod")!, "worker-1", lost: false, "tester"));
        await RunUntilAsync(() => _byName["worker-1"].Calls.Contains("Reset"));
        Assert.Equal(1, _nodes.EtcdClustersOf(ClusterId));
    }

    [Fact]
    public async Task An_appliance_that_starts_anew_every_round_still_makes_one_cluster()
    {
        await BringUpAsync(restartEachRound: true);
        Assert.Equal(1, _nodes.EtcdClustersOf(ClusterId));
        Assert.Equal(1, _byName.Values.Count(n => n.Calls.Contains("Bootstrap")));
    }

    [Fact]
    public async Task A_lost_control_plane_machine_is_taken_out_of_etcd_and_another_takes_its_place()
    {
        await BringUpAsync(restartEachRound: false);
        _byName["cp-3"].SetPower(false);
        await RunUntilAsync(() => _reconciler.View("prod")!.Decision.Phase == ClusterPhase.Degraded);
        Assert.Null(await _reconciler.RemoveAsync(_book.Find("prod")!, "cp-3", lost: true, "tester"));
        await AddAsync("cp-4", "control");
        await RunUntilAsync(() => _reconciler.View("prod")!.Seen.Members.Any(
            m => m is { Name: "cp-4", Etcd: EtcdState.Healthy, Ready: true })
            && _reconciler.View("prod")!.Seen.Etcd!.All(m => m.Hostname != "cp-3"));
        Assert.Equal(1, _nodes.EtcdClustersOf(ClusterId));
    }

    [Fact]
    public async Task A_machine_that_refuses_its_configuration_is_named_with_Taloss_words_and_the_rest_goes_on()
    {
        await AddAsync("cp-1", "control");
        await AddAsync("worker-1", "worker");
        Assert.Null((await _book.PutAsync(Prod, null, null, dryRun: false)).Refusal);
        _byName["worker-1"].FailNext("ApplyConfiguration", Talos.Api.GrpcCode.InvalidArgument, "disk /dev/nvme0n1 does not exist");
        await RunUntilAsync(() => _reconciler.View("prod")!.Seen.Members.Any(m => m is { Name: "cp-1", Etcd: EtcdState.Healthy }));
        await _rack.SettleAsync();
        Assert.Contains(_rack.EventsSoFar(),
            e => e.Kind == "cluster.step.failed" && e.Text.Contains("disk /dev/nvme0n1 does not exist", StringComparison.Ordinal));
        Assert.DoesNotContain(
            _rack.EventsSoFar(), e => e.Text.Contains(_book.Secrets("prod")!.TrustdToken.Reveal(), StringComparison.Ordinal));
    }

    private async Task BringUpAsync(bool restartEachRound)
    {
        foreach (var name in (string[])["cp-1", "cp-2", "cp-3"])
            await AddAsync(name, "control");
        await AddAsync("worker-1", "worker");
        Assert.Null((await _book.PutAsync(Prod, null, null, dryRun: false)).Refusal);
        await RunUntilAsync(() => _reconciler.View("prod")?.Decision.Phase == ClusterPhase.Ready, restartEachRound);
    }

    private async Task AddAsync(string name, string role)
    {
        var number = _byName.Count + 1;
        var address = IPAddress.Parse($"{_network}.{number}");
        var mac = $"52:54:00:00:02:{number:x2}";
        var machine = await _rack.AcceptAsync(
            name, new MachineSpec { Macs = [Rack.Mac(mac)], Labels = new Dictionary<string, string> { ["role"] = role } });
        _rack.Lease(address, machine.Id, mac);
        _byName[name] = await _nodes.AddAsync(
            new TalosNodeOptions { Listen = new IPEndPoint(address, 50000), Version = "v1.13.8", Hostname = $"talos-{number}" });
    }

    private async Task RunUntilAsync(Func<bool> reached, bool restartEachRound = false)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (restartEachRound)
                StartAppliance();
            await _reconciler.RoundAsync("prod", CancellationToken.None);
            if (reached())
                return;
        }

        var view = _reconciler.View("prod");
        Assert.Fail($"{view?.Decision.Phase}; {string.Join("; ", view?.Decision.Waits.Select(w => $"{w.Machine}: {w.For}") ?? [])}; "
            + string.Join("; ", view?.Seen.Members.Select(m => $"{m.Name} {m.Stage} {m.Etcd} {m.TalosVersion} {m.Problem}") ?? []));
    }

    private void StartAppliance()
    {
        _talos?.Dispose();
        var time = TimeProvider.System;
        _book = new ClusterBook(_rack.Store, _rack.Events, time);
        _talos = new TalosNodes(_book, time);
        var configurations = new ClusterConfigurations(_book, () => new ClusterSurroundings { Isolated = true });
        var eye = new ClusterEye(_rack.Inventory, _rack.Boots, _rack.Addresses, _talos, new NodeEventLog(), time);
        var snapshots = new EtcdSnapshots(Path.Combine(_rack.Directory, "snapshots"), _talos, _rack.Events, time);
        var actions = new ClusterActions(_book, _rack.Inventory, _talos, configurations, snapshots, (_, _) => null, _rack.Events, time);
        _reconciler = new ClusterReconciler(_book, eye, actions, _rack.Events, time);
        _book.Changed += Seat;
        Seat();

        void Seat() =>
            _rack.Inventory.Seat(spec => _book.All.FirstOrDefault(c => ClusterMembership.RoleOf(spec, c) is not null) is { } cluster
            ? new ClusterSeat(cluster.Name, cluster.TalosVersion, cluster.Schematic)
            : null);
    }
}
