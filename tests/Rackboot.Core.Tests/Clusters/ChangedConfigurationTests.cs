using Rackboot.Core.Clusters;
using Rackboot.Talos.Api;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>Patches that change while the machines of a cluster run.</summary>
public sealed class ChangedConfigurationTests : IAsyncDisposable
{
    private const string Live = "machine: { sysctls: { net.core.somaxconn: \"65535\" } }";
    private const string Restarts = "machine: { env: { http_proxy: \"http://10.20.0.9:3128\" } }";

    private readonly StandInCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_patch_that_needs_no_restart_reaches_every_running_machine_and_nobody_restarts()
    {
        await _cluster.BringUpAsync();
        await _cluster.PutAsync(StandInCluster.Prod with { Patches = [new(Live)] });
        var phases = new List<ClusterPhase>();
        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured, () => phases.Add(_cluster.Decision.Phase));
        Assert.Equal([ClusterPhase.Ready, ClusterPhase.Configuring], phases.Distinct());
        Assert.All(_cluster.All, n => Assert.Contains("net.core.somaxconn", n.ConfigurationText, StringComparison.Ordinal));
        // the first one, a dry run, and this one
        Assert.All(_cluster.All, n => Assert.Equal(3, n.Calls.Count(c => c == "ApplyConfiguration")));
        await _cluster.Rack.SettleAsync();
        Assert.Contains(_cluster.Rack.EventsSoFar(),
            e => e.Text.Contains("cp-1, cp-2, cp-3, worker-1 without a restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_patch_that_needs_a_restart_takes_the_machines_down_one_by_one()
    {
        await _cluster.BringUpAsync();
        await _cluster.PutAsync(StandInCluster.Prod with { Patches = [new(Restarts)] });
        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured,
            () => Assert.True(_cluster.All.Count(n => n.Stage == MachineStage.Rebooting || !n.IsUp) <= 1, "two machines are down at once"));
        Assert.All(_cluster.All, n => Assert.Contains("http_proxy", n.ConfigurationText, StringComparison.Ordinal));
        await _cluster.Rack.SettleAsync();
        Assert.Contains(_cluster.Rack.EventsSoFar(),
            e => e.Text.Contains("cp-1, cp-2, cp-3, worker-1 with a restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Machines_that_need_a_restart_are_named_and_left_alone_where_the_cluster_says_no_reboot()
    {
        await _cluster.BringUpAsync(StandInCluster.Prod with { Changes = ApplyMode.NoReboot });
        await _cluster.PutAsync(StandInCluster.Prod with { Changes = ApplyMode.NoReboot, Patches = [new(Restarts)] });
        await _cluster.RunUntilAsync(() => _cluster.Decision.Waits.Count == 4);
        Assert.All(_cluster.Decision.Waits, w => Assert.Contains("needs a restart", w.For, StringComparison.Ordinal));
        Assert.All(_cluster.All, n => Assert.DoesNotContain("http_proxy", n.ConfigurationText, StringComparison.Ordinal));
        await _cluster.PutAsync(StandInCluster.Prod with { Patches = [new(Restarts)] });
        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured);
    }

    [Fact]
    public async Task A_staged_change_waits_for_the_next_restart_of_each_machine()
    {
        await _cluster.BringUpAsync();
        await _cluster.PutAsync(StandInCluster.Prod with { Changes = ApplyMode.Staged, Patches = [new(Live)] });
        await _cluster.RunUntilAsync(() => _cluster.Decision.Waits
            .Count(w => w.For.Contains("at its next restart", StringComparison.Ordinal)) == 4);
        Assert.All(_cluster.All, n => Assert.DoesNotContain("net.core.somaxconn", n.ConfigurationText, StringComparison.Ordinal));
        foreach (var node in _cluster.All)
        {
            node.SetPower(false);
            node.SetPower(true);
        }

        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured);
        Assert.All(_cluster.All, n => Assert.Contains("net.core.somaxconn", n.ConfigurationText, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_that_refuses_the_change_stops_it_before_the_others_are_touched()
    {
        await _cluster.BringUpAsync();
        await _cluster.PutAsync(StandInCluster.Prod with { Patches = [new(Live)] });
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Stopped,
            () => _cluster["cp-1"].FailNext("ApplyConfiguration", GrpcCode.InvalidArgument,
                "sysctl net.core.somaxconn is not allowed here"));
        Assert.Contains("cp-1", _cluster.Book.Memory("prod").Rollout!.Stopped, StringComparison.Ordinal);
        Assert.Contains("not allowed here", _cluster.Book.Memory("prod").Rollout!.Stopped, StringComparison.Ordinal);
        Assert.All(_cluster.All, n => Assert.DoesNotContain("net.core.somaxconn", n.ConfigurationText, StringComparison.Ordinal));
        await _cluster.RoundAsync();
        Assert.Null(await _cluster.Reconciler.ChangeRolloutAsync(_cluster.Book.Find("prod")!, resume: true, "tester"));
        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured);
    }

    [Fact]
    public async Task A_patch_that_cannot_be_composed_stops_the_change_and_names_the_mistake()
    {
        await _cluster.BringUpAsync();
        await _cluster.PutAsync(StandInCluster.Prod with { Patches = [new(Live), new("machine: { sysctls: 5 }", "talos/cp.yaml")] });
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Stopped);
        Assert.Contains("talos/cp.yaml:1: v1alpha1 machine.sysctls: ", _cluster.Book.Memory("prod").Rollout!.Stopped,
            StringComparison.Ordinal);
        await _cluster.PutAsync(StandInCluster.Prod);
        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured);
    }

    [Fact]
    public async Task An_appliance_that_starts_anew_every_round_changes_every_machine()
    {
        await _cluster.BringUpAsync();
        await _cluster.PutAsync(StandInCluster.Prod with { Patches = [new(Restarts)] });
        await _cluster.RunUntilAsync(() => _cluster.IsReady && IsConfigured, _cluster.StartAppliance);
        Assert.All(_cluster.All, n => Assert.Contains("http_proxy", n.ConfigurationText, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_changed_on_a_node_by_hand_stays_until_the_document_changes()
    {
        await _cluster.BringUpAsync();
        await _cluster.Talos.ReconfigureAsync(StandInCluster.Prod, _cluster["worker-1"].Address,
            running => new(running.Reveal() + "---\napiVersion: v1alpha1\nkind: KmsgLogConfig\nname: mine\nurl: tcp://10.0.0.9:514\n"),
                ApplyMode.NoReboot, default);
        for (var i = 0; i < 5; i++)
            await _cluster.RoundAsync();
        Assert.True(_cluster.IsReady);
        Assert.Contains("name: mine", _cluster["worker-1"].ConfigurationText, StringComparison.Ordinal);
    }

    private bool IsConfigured => _cluster.Book.Memory("prod") is { Rollout: null, Configured: { } mark }
        && mark == $"of version {_cluster.Book.Find("prod")!.Version}";
}
