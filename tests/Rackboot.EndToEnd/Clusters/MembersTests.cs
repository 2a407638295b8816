using Rackboot.Contracts;
using Rackboot.Talos.Api;

namespace Rackboot.EndToEnd.Clusters;

/// <summary>Machines that leave a running cluster and come to it, lose etcd, and get new keys.</summary>
public sealed class MembersTests
{
    [Fact]
    public async Task A_lost_control_plane_machine_is_replaced_a_worker_leaves_and_etcd_keeps_its_majority()
    {
        await using var rack = await NodeRack.BringUpAsync();
        await rack.RunAsync("cluster", "remove", "prod", "worker-1", "--yes");
        await rack.UntilAsync(s => s.Machines.All(m => m.Machine != "worker-1"));
        Assert.Contains("Reset", rack["worker-1"].Calls);
        Assert.Contains("/api/v1/nodes/worker-1", rack.Kubernetes.Deleted);
        Assert.Equal([], rack["worker-1"].WipedDisks);

        rack["cp-3"].SetPower(false);
        await rack.WaitAsync("degraded");
        Assert.Contains("without cp-1 etcd has 2 members and needs 2 healthy ones, and 1 are; bring the others back first",
            await rack.RefusedAsync("cluster", "remove", "prod", "cp-1", "--yes"), StringComparison.Ordinal);
        await rack.RunAsync("cluster", "remove", "prod", "cp-3", "--lost", "--yes");
        await rack.UntilAsync(s => s.Machines.All(m => m.Machine != "cp-3"));
        await rack.AddAsync("cp-4");
        await rack.UntilAsync(s => s.Phase == ClusterPhase.Ready && s.Machines.Count(m => m.Etcd == "healthy") == 3);
        var cluster = rack.Secrets.ClusterId;
        Assert.Equal(1, rack.Nodes.EtcdClustersOf(cluster));
        Assert.DoesNotContain("Reset", rack["cp-1"].Calls.Concat(rack["cp-2"].Calls));

        // All of it: one after the other, and the last one may go, too.
        Assert.Contains("rackboot cluster remove prod ", await rack.RefusedAsync("delete", "cluster", "prod", "--yes"),
            StringComparison.Ordinal);
        foreach (var machine in (string[])["cp-4", "cp-2", "cp-1"])
        {
            await rack.RunAsync("cluster", "remove", "prod", machine, "--yes");
            await rack.UntilAsync(s => s.Machines.All(m => m.Machine != machine));
        }

        await rack.RunAsync("delete", "cluster", "prod", "--yes");
        await rack.UntilAsync(() => rack.All.Where(n => n != rack["cp-3"]).All(n => n.Stage == MachineStage.Maintenance));
        Assert.Equal(0, rack.Nodes.EtcdClustersOf(cluster));
    }

    [Fact]
    public async Task Both_CAs_are_rotated_by_a_daemon_that_is_killed_and_the_status_says_so()
    {
        await using var rack = await NodeRack.BringUpAsync();
        await rack.PutAsync(NodeRack.Cluster().Replace("settle: 0s", "settle: 1s", StringComparison.Ordinal));
        await rack.WaitAsync("ready");
        var before = rack.Secrets;
        var old = await ClientFile.SaveAsync(rack.Directory, await rack.RunAsync("cluster", "kubeconfig", "prod"),
            "certificate-authority-data", "client-certificate-data", "client-key-data");
        Assert.Equal(6, (await rack.RunAsync("cluster", "rotate-ca", "prod", "--dry-run")).Split('\n').Length - 1);
        await rack.RunAsync("cluster", "rotate-ca", "prod", "--yes");
        Assert.Contains("prod is rotating its CAs or tokens", await rack.RunAsync("cluster", "status", "prod"), StringComparison.Ordinal);
        foreach (var step in (string[])["step 2 of 3: the new CA signs the certificates of the Talos API", "step 2 of 3: the new CA signs "
            + "the certificates of Kubernetes"])
        {
            await rack.UntilAsync(s => s.Renewal?.StartsWith(step, StringComparison.Ordinal) is true);
            await rack.KillDaemonAsync();
        }

        await rack.WaitAsync("ready");
        var after = rack.Secrets;
        Assert.NotEqual(before.Os.Certificate, after.Os.Certificate);
        Assert.NotEqual(before.K8s.Certificate, after.K8s.Certificate);
        Assert.All(rack.All, n => Assert.DoesNotContain("Reboot", n.Calls));
        var (exit, _, _) = await rack.Rack.Network.ExecAsync(
            ["curl", "-sS", "-m", "30", .. old, "https://10.20.0.1:6443/api/v1/nodes"]);
        Assert.NotEqual(0, exit);
        Assert.All((await rack.StatusAsync()).Machines, m => Assert.True(m.Ready));
    }

    [Fact]
    public async Task Etcd_that_is_lost_is_restored_from_a_snapshot_and_a_healthy_one_only_by_force()
    {
        await using var rack = await NodeRack.BringUpAsync();
        rack.Nodes.WriteEtcd(rack.Secrets.ClusterId, "saved");
        await rack.PutAsync(NodeRack.Cluster(more: "snapshots: { every: 1m, keep: 2 }"));
        await rack.UntilAsync(s => s.LastSnapshot is not null);
        rack.Nodes.WriteEtcd(rack.Secrets.ClusterId, "after");
        var listed = await rack.RunAsync("cluster", "snapshots", "prod");
        var snapshot = Assert.Single(listed.Split('\n'), l => l.Contains(".etcd", StringComparison.Ordinal)).Split(' ')[0];
        Assert.Contains("a restore discards everything since the snapshot. To do that anyway: rackboot cluster restore prod --snapshot",
            await rack.RefusedAsync("cluster", "restore", "prod", "--snapshot", snapshot, "--yes"), StringComparison.Ordinal);
        var file = Path.Combine(rack.Directory, "db.snapshot");
        await rack.RunAsync("cluster", "snapshots", "prod", "--save", snapshot, "--to", file);
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file + ".cut", bytes[..^7]);
        Assert.Contains("the snapshot is truncated or damaged", await rack.RefusedAsync(
            "cluster", "restore", "prod", "--snapshot", file + ".cut", "--force", "--yes"), StringComparison.Ordinal);

        await rack.RunAsync("cluster", "restore", "prod", "--snapshot", file, "--force", "--yes");
        Assert.Contains("prod is being restored from a snapshot", await rack.RunAsync("cluster", "status", "prod"),
            StringComparison.Ordinal);
        await rack.UntilAsync(s => s.Phase == ClusterPhase.Ready && s.Machines.Count(m => m.Etcd == "healthy") == 3);
        Assert.Equal("saved", rack.Nodes.EtcdContentOf(rack.Secrets.ClusterId));
        Assert.Equal(1, rack.Nodes.EtcdClustersOf(rack.Secrets.ClusterId));
    }
}
