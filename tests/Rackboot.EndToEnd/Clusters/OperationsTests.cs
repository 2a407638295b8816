using Rackboot.Contracts;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.EndToEnd.Clusters;

/// <summary>A cluster from maintenance mode to upgrades, with the daemon and the commands that operators have.</summary>
public sealed class OperationsTests
{
    private const string Live = "patches: [{ content: \"machine: { sysctls: { net.core.somaxconn: '65535' } }\" }]";

    private const string Restarts =
        """
        patches:
          - content: "machine: { env: { http_proxy: 'http://10.20.0.9:3128' } }"
        """;

    [Fact]
    public async Task A_cluster_comes_up_hands_out_client_files_that_work_and_takes_changed_patches()
    {
        await using var rack = await NodeRack.BringUpAsync();
        var table = await rack.RunAsync("cluster", "status", "prod");
        Assert.StartsWith("prod is ready   Talos v1.13.8, Kubernetes v1.35.1, https://10.20.0.1:6443", table, StringComparison.Ordinal);
        foreach (var machine in (string[])["cp-1", "cp-2", "cp-3"])
            Assert.Matches($@"(?m)^{machine} +control plane +running +yes +healthy +v1\.13\.8 +v1\.35\.1", table);
        Assert.Matches(@"(?m)^worker-1 +worker +running +yes +- +v1\.13\.8", table);
        Assert.All((await rack.StatusAsync()).Machines, m => Assert.True(m.Ready));
        Assert.Equal(1, rack.All.Count(n => n.Calls.Contains("Bootstrap")));

        // curl in the place of talosctl and kubectl, with the keys that the files have.
        var talosconfig = await ClientFile.SaveAsync(
            rack.Directory, await rack.RunAsync("cluster", "talosconfig", "prod"), "ca", "crt", "key");
        Assert.Contains("grpc-status: 0", await VersionAsync(rack, talosconfig), StringComparison.OrdinalIgnoreCase);
        var kubeconfig = await ClientFile.SaveAsync(rack.Directory, await rack.RunAsync("cluster", "kubeconfig", "prod"),
            "certificate-authority-data", "client-certificate-data", "client-key-data");
        var (_, nodes, error) = await rack.Rack.Network.ExecAsync(
            ["curl", "-sS", "-m", "30", .. kubeconfig, "https://10.20.0.1:6443/api/v1/nodes"]);
        Assert.True(nodes.Contains("worker-1", StringComparison.Ordinal), error);

        Assert.Equal("", await rack.RunAsync("config", "diff", "cp-1"));
        await rack.PutAsync(NodeRack.Cluster(more: Live));
        await rack.WaitAsync("ready");
        Assert.All(rack.All, n => Assert.Contains("net.core.somaxconn", n.ConfigurationText, StringComparison.Ordinal));
        Assert.DoesNotContain("Reboot", rack.All.SelectMany(n => n.Calls));

        await rack.PutAsync(NodeRack.Cluster(more: Restarts).Replace("settle: 0s", "settle: 0s, configuration: no-reboot",
            StringComparison.Ordinal));
        await rack.UntilAsync(s => s.Waiting?.Count(w => w.For.Contains("needs a restart", StringComparison.Ordinal)) == 4);
        var (exit, diff, effect) = await rack.Rack.RackbootAsync("config", "diff", "worker-1");
        Assert.Equal(1, exit);
        Assert.Contains("http_proxy: http://10.20.0.9:3128", diff, StringComparison.Ordinal);
        Assert.Contains("worker-1 must restart to apply this", effect, StringComparison.Ordinal);
        var secrets = rack.Secrets;
        var render = await rack.RunAsync("config", "render", "cp-1");
        Assert.All((string[])[diff, table, render, await File.ReadAllTextAsync(rack.Rack.DaemonLog)],
            text => Assert.DoesNotContain(secrets.TrustdToken.Reveal(), text, StringComparison.Ordinal));
        Assert.Contains(secrets.TrustdToken.Reveal(), await rack.RunAsync("config", "render", "cp-1", "--show-secrets"),
            StringComparison.Ordinal);

        var others = SecretsGenerator.Generate(new(1, 13), TimeProvider.System.GetUtcNow());
        await File.WriteAllTextAsync(Path.Combine(rack.Directory, "others.yaml"), SecretsFile.Write(others).Reveal());
        var refused = await rack.RefusedPutAsync(NodeRack.Cluster(more: "secrets: { file: others.yaml }"));
        Assert.Contains(
            "secrets: others.yaml: these secrets belong to another cluster, and machines still use the stored ones; remove the machines "
                + "first",
            refused, StringComparison.Ordinal);
        Assert.DoesNotContain(others.TrustdToken.Reveal(), refused, StringComparison.Ordinal);

        await rack.PutAsync(NodeRack.Cluster(more: Restarts));
        await rack.WaitAsync("ready");
        Assert.All(rack.All, n => Assert.Contains("http_proxy", n.ConfigurationText, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Talos_and_Kubernetes_are_upgraded_by_a_daemon_that_is_killed_and_a_machine_that_refuses_stops_it()
    {
        await using var rack = await NodeRack.BringUpAsync();
        rack["cp-2"].FailNext("Pull", GrpcCode.PermissionDenied, "the registry is not allowed");
        await rack.PutAsync(NodeRack.Cluster(talos: NodeRack.New));
        await rack.WaitAsync("stopped");
        var table = await rack.RunAsync("cluster", "status", "prod");
        Assert.Contains("cp-2 refused: ", table, StringComparison.Ordinal);
        Assert.Contains("the registry is not allowed", table, StringComparison.Ordinal);
        Assert.Contains("rackboot cluster upgrade prod --resume", table, StringComparison.Ordinal);
        Assert.Equal((NodeRack.New, NodeRack.Old), (rack["cp-1"].Version, rack["cp-3"].Version));

        // Back: the machine that has the new release gets the old one again.
        await rack.PutAsync(NodeRack.Cluster());
        await rack.WaitAsync("ready");
        Assert.All(rack.All, n => Assert.Equal(NodeRack.Old, n.Version));

        // On: each machine is away for a while now, and the daemon dies meanwhile.
        rack.Nodes.StepTakes = TimeSpan.FromSeconds(1);
        await rack.PutAsync(NodeRack.Cluster(NodeRack.New, NodeRack.NewKubernetes));
        await rack.UntilAsync(() => rack.All.Any(n => n.Stage == MachineStage.Rebooting));
        await rack.KillDaemonAsync();
        await rack.UntilAsync(s => s.Phase == ClusterPhase.Upgrading);
        Assert.Equal("cluster/prod upgrade stopped\n", await rack.RunAsync("cluster", "upgrade", "prod", "--stop"));
        Assert.Contains("stopped it", await rack.RunAsync("cluster", "status", "prod"), StringComparison.Ordinal);
        rack.Nodes.StepTakes = default;
        Assert.Equal("cluster/prod upgrade resumed\n", await rack.RunAsync("cluster", "upgrade", "prod", "--resume"));
        await rack.WaitAsync("ready");
        Assert.All((await rack.StatusAsync()).Machines,
            m => Assert.Equal((NodeRack.New, NodeRack.NewKubernetes), (m.Talos, m.Kubernetes)));
        Assert.All(rack.All, n => Assert.Equal(NodeRack.New, n.Version));
        Assert.Contains(rack.Kubernetes.Applied, a => a.Path.EndsWith("/daemonsets/kube-proxy", StringComparison.Ordinal));
        Assert.Equal(1, rack.All.Count(n => n.Calls.Contains("Bootstrap")));

        var listed = await rack.RunAsync("cluster", "snapshots", "prod");
        var snapshot = listed.Split('\n').First(l => l.Contains(".etcd", StringComparison.Ordinal)).Split(' ')[0];
        var file = Path.Combine(rack.Directory, "db.snapshot");
        await rack.RunAsync("cluster", "snapshots", "prod", "--save", snapshot, "--to", file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("has no snapshot nothing.etcd; list them", await rack.RefusedAsync("cluster", "snapshots", "prod", "--save",
            "nothing.etcd"), StringComparison.Ordinal);
    }

    // gRPC: an empty message after its five bytes of length.
    private static async Task<string> VersionAsync(NodeRack rack, string[] keys)
    {
        var message = Path.Combine(rack.Directory, "empty");
        await File.WriteAllBytesAsync(message, new byte[5]);
        var (_, output, error) = await rack.Rack.Network.ExecAsync(["curl", "-sS", "-m", "30", "--http2", "-D", "-", "-o", "/dev/null",
            "-H", "content-type: application/grpc", "-H", "te: trailers", "--data-binary", $"@{message}", .. keys,
            "https://10.20.0.41:50000/machine.MachineService/Version"]);
        return output + error;
    }
}
