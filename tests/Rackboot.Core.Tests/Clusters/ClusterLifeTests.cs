using System.Collections.Immutable;
using Rackboot.Core.Clusters;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>Whole lives of clusters, with the appliance ending at every moment at which it could.</summary>
public sealed class ClusterLifeTests
{
    private const string Talos = "v1.13.9";

    private static Cluster Prod { get; } = new()
    {
        Name = "prod",
        Endpoint = new Uri("https://10.20.0.10:6443"),
        TalosVersion = Talos,
        KubernetesVersion = "v1.36.3",
    };

    [Fact]
    public void Three_machines_become_one_cluster()
    {
        var life = Begin(out var rack);
        life.Run(20);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        Assert.Empty(life.Last.Waits);
        Assert.Equal(["cp-1"], rack.Bootstrapped);
    }

    public static TheoryData<int> Moments()
    {
        var life = Begin(out _);
        life.Run(20);
        life.Cluster = life.Cluster with { TalosVersion = "v1.14.0", KubernetesVersion = "v1.37.0" };
        life.Run(80);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        Assert.True(life.Moments > 60, $"{life.Moments} moments");
        return [.. Enumerable.Range(0, life.Moments)];
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void An_appliance_that_ends_at_any_moment_makes_one_cluster_and_upgrades_it_whole(int moment)
    {
        var life = Begin(out var rack);
        life.EndsAt = moment;
        life.Run(25);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        life.Cluster = life.Cluster with { TalosVersion = "v1.14.0", KubernetesVersion = "v1.37.0" };
        life.Run(85);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        Assert.Equal(["cp-1"], rack.Bootstrapped);
        foreach (var member in rack.Observe().Members)
        {
            Assert.Equal("v1.14.0", member.TalosVersion);
            Assert.All(member.Kubernetes.Values, v => Assert.Equal("v1.37.0", v));
        }
    }

    [Fact]
    public void An_upgrade_saves_etcd_first_and_takes_control_planes_before_workers_and_api_servers_before_kubelets()
    {
        var life = Begin(out var rack);
        life.Run(20);
        rack.Done.Clear();
        life.Cluster = life.Cluster with { TalosVersion = "v1.14.0", KubernetesVersion = "v1.37.0" };
        life.Run(80);
        Assert.Equal(1, rack.Snapshots);
        var upgraded = rack.Done.Where(d => d.Contains("Upgrade", StringComparison.Ordinal)).ToList();
        Assert.StartsWith("Snapshot", rack.Done.First(d => d.StartsWith("Snapshot", StringComparison.Ordinal)
            || d.StartsWith("UpgradeTalos", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(4, upgraded.Count(d => d.StartsWith("UpgradeTalos", StringComparison.Ordinal)));
        Assert.Contains("worker-1", upgraded.Last(d => d.StartsWith("UpgradeTalos", StringComparison.Ordinal)), StringComparison.Ordinal);
        var parts = upgraded.Where(d => d.StartsWith("UpgradeKubernetes", StringComparison.Ordinal)).ToList();
        Assert.All(parts.Take(3), p => Assert.Contains("ApiServer", p, StringComparison.Ordinal));
        Assert.All(parts.TakeLast(4), p => Assert.Contains("Kubelet", p, StringComparison.Ordinal));
    }

    public static TheoryData<int> MomentsOfAChange()
    {
        var life = Changing(out _);
        life.Run(60);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        return [.. Enumerable.Range(life.Begun, life.Moments - life.Begun)];
    }

    [Theory]
    [MemberData(nameof(MomentsOfAChange))]
    public void An_appliance_that_ends_at_any_moment_of_a_change_gives_it_to_every_machine_one_by_one(int moment)
    {
        var life = Changing(out var rack);
        life.EndsAt = moment;
        life.Run(60);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        Assert.All(rack.Observe().Members, m => Assert.Equal(ConfigurationState.Same, m.Configuration));
        Assert.Equal("of version 1", life.Memory.Configured);
        Assert.Equal(["cp-1"], rack.Bootstrapped);
    }

    [Fact]
    public void A_changed_configuration_that_takes_a_machine_down_for_good_stops_before_the_next_one()
    {
        var life = Changing(out var rack);
        life.Run(1);
        rack["cp-1"].Dead = true;
        life.Run(30);
        Assert.Equal(ClusterPhase.Stopped, life.Last!.Phase);
        Assert.Contains("cp-1 did not come back ready", life.Memory.Rollout!.Stopped, StringComparison.Ordinal);
        Assert.Single(rack.Done, d => d.StartsWith("Reconfigure", StringComparison.Ordinal));
    }

    [Fact]
    public void A_machine_that_is_not_ready_gets_its_changed_configuration_first()
    {
        var life = Changing(out var rack, restarts: false);
        rack["worker-1"].Broken = true;
        life.Run(3);
        Assert.Contains("worker-1", rack.Done.First(d => d.StartsWith("Reconfigure", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_plane_machine_that_is_lost_is_replaced_without_losing_the_majority()
    {
        var life = Begin(out var rack);
        life.Run(20);
        rack["cp-2"].Dead = true;
        life.Run(5);
        Assert.Equal(ClusterPhase.Degraded, life.Last!.Phase);
        Assert.Contains(life.Last.Waits,
            w => w.Machine == "cp-2" && w.Remedy.Contains("rackboot cluster remove prod cp-2 --lost", StringComparison.Ordinal));

        life.Memory = Leave(life.Memory, "cp-2", lost: true, rack.Now);
        rack.Add("cp-4", ClusterRole.ControlPlane);
        life.Run(20);
        Assert.Equal(ClusterPhase.Ready, life.Last!.Phase);
        Assert.DoesNotContain(life.Memory.Members.Keys, k => k.Value == "cp-2");
        Assert.Equal(["cp-1"], rack.Bootstrapped);
    }

    [Fact]
    public void A_machine_that_would_take_the_majority_with_it_may_not_leave()
    {
        var life = Begin(out var rack);
        life.Run(20);
        rack["cp-2"].Dead = true;
        life.Memory = Leave(life.Memory, "cp-3", lost: false, rack.Now);
        life.Run(5);
        Assert.True(rack["cp-3"].InEtcd);
        Assert.Contains(
            life.Last!.Waits, w => w.Machine == "cp-3" && w.For.Contains("bring the others back first", StringComparison.Ordinal));
    }

    [Fact]
    public void A_worker_that_leaves_wipes_itself_and_is_forgotten()
    {
        var life = Begin(out var rack);
        life.Run(20);
        life.Memory = Leave(life.Memory, "worker-1", lost: false, rack.Now);
        life.Run(5);
        Assert.Contains(rack.Done, d => d.StartsWith("Reset", StringComparison.Ordinal));
        Assert.Equal(3, life.Memory.Members.Count);
    }

    [Fact]
    public void An_upgrade_that_fails_on_one_machine_stops_and_names_it()
    {
        var life = Begin(out var rack);
        life.Run(20);
        life.Cluster = life.Cluster with { TalosVersion = "v1.14.0" };
        life.Run(1);
        rack["cp-1"].Dead = true;
        life.Run(40);
        Assert.Equal(ClusterPhase.Stopped, life.Last!.Phase);
        Assert.Contains("cp-1", life.Memory.Rollout!.Stopped, StringComparison.Ordinal);
        Assert.Equal(Talos, rack["cp-2"].Talos);
        Assert.Contains(life.Last.Waits, w => w.Remedy.Contains("rackboot cluster upgrade prod --resume", StringComparison.Ordinal));
    }

    private static Reconciliation Begin(out SimulatedRack rack)
    {
        rack = new SimulatedRack(Talos);
        foreach (var name in (string[])["cp-1", "cp-2", "cp-3"])
            rack.Add(name, ClusterRole.ControlPlane);
        rack.Add("worker-1", ClusterRole.Worker);
        return new Reconciliation(Prod, rack);
    }

    private static Reconciliation Changing(out SimulatedRack rack, bool restarts = true)
    {
        var life = Begin(out rack);
        life.Run(20);
        rack.Wanted = (1, restarts);
        life.Cluster = life.Cluster with { Version = 1 };
        life.Begun = life.Moments;
        return life;
    }

    private static ClusterMemory Leave(ClusterMemory memory, string name, bool lost, DateTimeOffset now) => memory with
    {
        Members = memory.Members.SetItem(
            SimulatedRack.Id(name), memory.Members[SimulatedRack.Id(name)] with { Removal = new RemovalMemory("uid 0", now, lost) }),
    };
}
