using Rackboot.Core.Boot;
using Rackboot.Core.Clusters;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>The life of a cluster of stand-in nodes.</summary>
public sealed class StandInClusterTests : IAsyncDisposable
{
    private readonly StandInCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Machines_in_maintenance_become_a_cluster_that_is_upgraded_saved_and_shrunk()
    {
        await _cluster.BringUpAsync();
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
        Assert.All(_cluster.Members, m => Assert.Equal("v1.13.8", m.TalosVersion));
        Assert.Contains("hostname: cp-1", _cluster["cp-1"].ConfigurationText, StringComparison.Ordinal);

        await _cluster.PutAsync(StandInCluster.Prod with { TalosVersion = "v1.13.9", KubernetesVersion = "v1.36.3" });
        await _cluster.RunUntilAsync(() => _cluster.IsReady && _cluster.Book.Memory("prod").Rollout is null && _cluster.Members.All(
            m => m.TalosVersion == "v1.13.9" && m.Kubernetes.GetValueOrDefault(KubernetesComponent.Kubelet) == "v1.36.3"));
        Assert.All(_cluster.All, n => Assert.Equal("v1.13.9", n.Version));
        Assert.Contains("kube-apiserver:v1.36.3", _cluster["cp-2"].ConfigurationText, StringComparison.Ordinal);
        Assert.Contains("metal-installer", _cluster["cp-2"].ConfigurationText, StringComparison.Ordinal);
        var snapshot = Assert.Single(Directory.EnumerateFiles(Path.Combine(_cluster.Rack.Directory, "snapshots", "prod"), "*.etcd"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(snapshot));

        Assert.Null(await _cluster.Reconciler.RemoveAsync(_cluster.Book.Find("prod")!, "worker-1", lost: false, "tester"));
        await _cluster.RunUntilAsync(() => _cluster["worker-1"].Calls.Contains("Reset"));
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
    }

    [Fact]
    public async Task An_API_server_whose_pod_does_not_come_up_stops_the_upgrade_before_the_next_machine()
    {
        await _cluster.BringUpAsync(StandInCluster.Prod with { TalosVersion = "v1.13.8" });
        _cluster["cp-1"].HoldsPods = true;
        await _cluster.PutAsync(StandInCluster.Prod with { KubernetesVersion = "v1.36.3" });
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Stopped);
        Assert.Contains("ApiServer on cp-1 did not come up as v1.36.3", _cluster.Book.Memory("prod").Rollout!.Stopped,
            StringComparison.Ordinal);
        Assert.Contains("its pod runs v1.35.1", _cluster.Book.Memory("prod").Rollout!.Stopped, StringComparison.Ordinal);
        Assert.Contains("kube-apiserver:v1.35.1", _cluster["cp-2"].ConfigurationText, StringComparison.Ordinal);
        _cluster["cp-1"].HoldsPods = false;
        Assert.Null(await _cluster.Reconciler.ChangeRolloutAsync(_cluster.Book.Find("prod")!, resume: true, "tester"));
        await _cluster.RunUntilAsync(() => _cluster.IsReady && _cluster.Members.All(
            m => m.Kubernetes.GetValueOrDefault(KubernetesComponent.Kubelet) == "v1.36.3"));
    }

    [Fact]
    public async Task An_appliance_that_starts_anew_every_round_still_makes_one_cluster()
    {
        await _cluster.AddMachinesAsync();
        await _cluster.PutAsync(StandInCluster.Prod);
        await _cluster.RunUntilAsync(() => _cluster.IsReady, _cluster.StartAppliance);
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
        Assert.Equal(1, _cluster.All.Count(n => n.Calls.Contains("Bootstrap")));
    }

    [Fact]
    public async Task A_lost_control_plane_machine_is_taken_out_of_etcd_and_another_takes_its_place()
    {
        await _cluster.BringUpAsync();
        _cluster["cp-3"].SetPower(false);
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Degraded);
        Assert.Null(await _cluster.Reconciler.RemoveAsync(_cluster.Book.Find("prod")!, "cp-3", lost: true, "tester"));
        await _cluster.AddAsync("cp-4", "control");
        await _cluster.RunUntilAsync(() => _cluster.Members.Any(m => m is { Name: "cp-4", Etcd: EtcdState.Healthy, Ready: true })
            && _cluster.Reconciler.View("prod")!.Seen.Etcd!.All(m => m.Hostname != "cp-3"));
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_removed_machine_whose_labels_match_stays_out_until_it_is_armed_or_labelled_anew(bool labelled)
    {
        await _cluster.BringUpAsync();
        var (fleet, provisioning) = (_cluster.Rack.Inventory.Fleet, _cluster.Rack.Inventory.Provisioning);
        var worker = fleet.Named("worker-1")!;
        Assert.Null(await _cluster.Reconciler.RemoveAsync(_cluster.Book.Find("prod")!, "worker-1", lost: false, "tester"));
        await _cluster.RunUntilAsync(() => !_cluster.Book.Memory("prod").Members.ContainsKey(worker.Id));
        for (var round = 0; round < 5; round++)
        {
            _cluster.StartAppliance();
            await _cluster.RoundAsync();
            Assert.DoesNotContain(_cluster.Members, m => m.Name == "worker-1");
            Assert.Null(provisioning.Of(worker.Id).Arm);
            Assert.True(_cluster.IsReady);
        }

        Assert.Contains(_cluster.Rack.EventsSoFar(), e => e.Text == "left cluster prod; its labels still match: to take it back, run "
            + "rackboot provision worker-1");
        if (labelled)
        {
            await _cluster.Rack.AcceptAsync("worker-1", worker.Spec! with { Labels = new Dictionary<string, string>() });
            await _cluster.RoundAsync();
            await _cluster.Rack.AcceptAsync("worker-1", worker.Spec!);
        }
        else
            await provisioning.ArmAsync(worker, "tester", "to take it back");

        await _cluster.RunUntilAsync(() => _cluster.IsReady && _cluster.Members.Any(m => m is { Name: "worker-1", Ready: true }));
        Assert.Equal(2, _cluster["worker-1"].Calls.Count(c => c == "ApplyConfiguration"));
    }

    [Fact]
    public async Task The_last_machine_may_leave_and_then_the_cluster_can_be_deleted()
    {
        await _cluster.AddAsync("cp-1", "control");
        await _cluster.PutAsync(StandInCluster.Prod);
        await _cluster.RunUntilAsync(() => _cluster.IsReady);
        var clusterId = _cluster.ClusterId;
        var spec = _cluster.Rack.Inventory.Fleet.Named("cp-1")!.Spec!;
        await _cluster.Rack.AcceptAsync("cp-1", spec with { Labels = new Dictionary<string, string> { ["role"] = "free" } });
        Assert.Contains("rackboot cluster remove prod cp-1", (await _cluster.Book.DeleteAsync("prod", null))!.Message,
            StringComparison.Ordinal);
        Assert.Null(await _cluster.Reconciler.RemoveAsync(_cluster.Book.Find("prod")!, "cp-1", lost: false, "tester"));
        await _cluster.RunUntilAsync(() => _cluster.Book.Memory("prod").Members.IsEmpty);
        Assert.Null(_cluster.Book.Memory("prod").Bootstrap);
        Assert.Contains("Reset", _cluster["cp-1"].Calls);
        Assert.Equal(0, _cluster.Nodes.EtcdClustersOf(clusterId));
        Assert.Null(await _cluster.Book.DeleteAsync("prod", null));
    }

    [Fact]
    public async Task A_machine_that_boots_from_the_network_over_its_installation_is_explained_and_boots_its_disk_again()
    {
        await _cluster.AddAsync("cp-1", "control");
        await _cluster.PutAsync(StandInCluster.Prod);
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Ready);
        var rack = _cluster.Rack;
        var machine = rack.Inventory.Fleet.Named("cp-1")!;
        await rack.Inventory.Provisioning.ArmAsync(machine, "tester", "to see");
        await _cluster.RunUntilAsync(() => true);
        Assert.True(rack.Inventory.Provisioning.Of(machine.Id).IsArmed);

        rack.Clock.Pass(60);
        foreach (var stage in (BootStage[])[BootStage.Firmware, BootStage.Kernel, BootStage.System])
            rack.Boots.Note(machine, stage, "test", "booting from the network");
        await _cluster.RunUntilAsync(() => true);
        var boot = rack.Boots.Current(machine.Id)!;
        Assert.Equal((BootStage.Reported, BootOutcome.Succeeded), (boot.Stage, boot.Outcome));
        Assert.Contains("nothing was installed", boot.Now, StringComparison.Ordinal);
        Assert.Contains("rackboot cluster remove prod cp-1", boot.Now, StringComparison.Ordinal);
        Assert.False(rack.Inventory.Provisioning.Of(machine.Id).IsArmed);
    }

    [Fact]
    public async Task A_machine_that_refuses_its_configuration_is_named_with_Taloss_words_and_the_rest_goes_on()
    {
        await _cluster.AddAsync("cp-1", "control");
        await _cluster.AddAsync("worker-1", "worker");
        await _cluster.PutAsync(StandInCluster.Prod);
        _cluster["worker-1"].FailNext("ApplyConfiguration", Talos.Api.GrpcCode.InvalidArgument, "disk /dev/nvme0n1 does not exist");
        await _cluster.RunUntilAsync(() => _cluster.Members.Any(m => m is { Name: "cp-1", Etcd: EtcdState.Healthy }));
        await _cluster.Rack.SettleAsync();
        var events = _cluster.Rack.EventsSoFar();
        Assert.Contains(events, e => e.Kind == "cluster.step.failed"
            && e.Text.Contains("disk /dev/nvme0n1 does not exist", StringComparison.Ordinal));
        Assert.DoesNotContain(events, e => e.Text.Contains(_cluster.Book.Secrets("prod")!.TrustdToken.Reveal(), StringComparison.Ordinal));
    }
}
