using Rackboot.Core.Clusters;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>etcd of stand-in nodes that begins anew from a snapshot.</summary>
public sealed class EtcdRestoreTests : IAsyncDisposable
{
    private readonly StandInCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_cluster_that_lost_its_majority_comes_back_with_what_the_snapshot_holds()
    {
        var snapshot = await SavedAsync();
        _cluster["cp-2"].SetPower(false);
        _cluster["cp-3"].SetPower(false);
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Degraded);
        Assert.Null(await RestoreAsync(snapshot, force: false));

        // Those that do not answer could bring the old etcd back, so nothing happens before somebody says that they are lost.
        for (var i = 0; i < 5; i++)
            await _cluster.RoundAsync();
        Assert.Contains(_cluster.Decision.Waits, w => w.Machine == "cp-2"
            && w.Remedy.Contains("cluster remove prod cp-2 --lost", StringComparison.Ordinal));
        Assert.DoesNotContain("Reset", _cluster["cp-1"].Calls);
        foreach (var lost in (string[])["cp-2", "cp-3"])
            Assert.Null(await _cluster.Reconciler.RemoveAsync(_cluster.Book.Find("prod")!, lost, lost: true, "tester"));
        await _cluster.RunUntilAsync(() => _cluster.Book.Memory("prod") is { Restore: null, Bootstrap.Done: true });
        Assert.Equal("saved", _cluster.Nodes.EtcdContentOf(_cluster.ClusterId));
        Assert.Equal(1, _cluster["cp-1"].Calls.Count(c => c == "EtcdRecover"));
    }

    [Fact]
    public async Task A_healthy_cluster_is_not_restored_unless_that_is_forced()
    {
        var snapshot = await SavedAsync();
        var refusal = await RestoreAsync(snapshot, force: false);
        Assert.Contains("etcd of cluster prod is healthy on cp-1, cp-2, cp-3", refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("--force", refusal.Message, StringComparison.Ordinal);

        _cluster.Nodes.StepTakes = TimeSpan.FromSeconds(20);
        Assert.Null(await RestoreAsync(snapshot, force: true));
        await _cluster.RunUntilAsync(() => _cluster.IsReady && _cluster.Book.Memory("prod").Restore is null);
        Assert.Equal("saved", _cluster.Nodes.EtcdContentOf(_cluster.ClusterId));
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
        Assert.Equal(1, _cluster.All.Count(n => n.Calls.Contains("EtcdRecover")));
    }

    [Fact]
    public async Task An_appliance_that_starts_anew_every_round_restores_one_etcd_on_one_machine()
    {
        var snapshot = await SavedAsync();
        _cluster.Nodes.StepTakes = TimeSpan.FromSeconds(20);
        Assert.Null(await RestoreAsync(snapshot, force: true));
        await _cluster.RunUntilAsync(() => _cluster.IsReady && _cluster.Book.Memory("prod").Restore is null, _cluster.StartAppliance);
        Assert.Equal("saved", _cluster.Nodes.EtcdContentOf(_cluster.ClusterId));
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
        Assert.Equal(1, _cluster.All.Count(n => n.Calls.Contains("EtcdRecover")));
    }

    [Fact]
    public async Task A_snapshot_from_elsewhere_is_checked_when_it_comes_in_and_can_be_restored()
    {
        var snapshot = await SavedAsync();
        var bytes = await File.ReadAllBytesAsync(_cluster.Snapshots.PathOf("prod", snapshot));
        var cut = await _cluster.Snapshots.AddAsync("prod", new MemoryStream(bytes[..^5]), skipHashCheck: false, default);
        Assert.Contains("truncated or damaged", cut.Refusal!.Message, StringComparison.Ordinal);
        _cluster.Time.Pass(1);
        var taken = await _cluster.Snapshots.AddAsync("prod", new MemoryStream(bytes), skipHashCheck: false, default);
        Assert.Equal(2, _cluster.Snapshots.Of("prod").Count);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(taken.Document!.FullName));
        _cluster.Nodes.StepTakes = TimeSpan.FromSeconds(20);
        Assert.Null(await RestoreAsync(taken.Document.Name, force: true));
        await _cluster.RunUntilAsync(() => _cluster.IsReady && _cluster.Book.Memory("prod").Restore is null);
        Assert.Equal("saved", _cluster.Nodes.EtcdContentOf(_cluster.ClusterId));
    }

    [Fact]
    public async Task A_snapshot_that_is_not_there_is_refused_by_name()
    {
        await _cluster.BringUpAsync();
        Assert.Contains("no snapshot ../../etc/shadow", (await RestoreAsync("../../etc/shadow", force: true))!.Message,
            StringComparison.Ordinal);
    }

    // A ready cluster, and the name of a snapshot of what it held before somebody wrote something else.
    private async Task<string> SavedAsync()
    {
        await _cluster.BringUpAsync();
        _cluster.Nodes.WriteEtcd(_cluster.ClusterId, "saved");
        await _cluster.Snapshots.TakeAsync(_cluster.Book.Find("prod")!, _cluster["cp-1"].Address, default);
        _cluster.Nodes.WriteEtcd(_cluster.ClusterId, "written since");
        return Assert.Single(_cluster.Snapshots.Of("prod")).Name;
    }

    private Task<Refusal?> RestoreAsync(string snapshot, bool force) =>
        _cluster.Orders.RestoreAsync(_cluster.Book.Find("prod")!, snapshot, skipHashCheck: false, force, "tester");
}
