using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Rackboot.Lab.StandIn;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Clusters;

/// <summary>A Cluster document, a machine that boots because of it, and what the operator sees of both.</summary>
[Trait("Category", "Slow")]
public sealed class ClusterTests
{
    private const string Prod =
        """
        apiVersion: v1alpha1
        kind: Cluster
        name: prod
        endpoint: https://10.20.0.10:6443
        talos: { version: v1.13.9 }
        kubernetes: v1.36.3
        controlPlane: { selector: { role: control } }
        installDisk: { device: /dev/sda }
        patches: [{ file: all.yaml }]
        """;

    [Fact]
    public async Task A_machine_with_the_clusters_label_boots_its_release_and_fetches_the_configuration_that_was_composed_for_it()
    {
        await using var rack = await TestRack.StartAsync();
        var image = await StandInImage.BuildAsync(TestRack.StandInCache);
        await rack.ImportAsync("v1.13.9", image.Kernel, image.Initramfs);
        var machine = await rack.AddAsync("node-01", MachineFirmware.Bios, 1);
        await rack.Client.PutCredentialAsync(VirtualRack.BmcCredential);
        await rack.Client.PutMachineAsync(rack.Describe(machine, "10.20.0.41") with
        {
            Profile = null, MachineConfig = null, Labels = new Dictionary<string, string> { ["role"] = "control", ["cluster"] = "prod" },
        });
        var directory = Directory.CreateTempSubdirectory("cluster").FullName;
        await File.WriteAllTextAsync($"{directory}/all.yaml", "machine: { sysctls: { net.core.somaxconn: \"65535\" } }\n");
        await File.WriteAllTextAsync($"{directory}/prod.yaml", Prod);
        Assert.Equal("cluster/prod created\n", await RunAsync(rack, "apply", "-f", $"{directory}/prod.yaml"));
        Assert.Equal("cluster/prod unchanged\n", await RunAsync(rack, "apply", "-f", $"{directory}/prod.yaml"));

        await rack.PowerAsync("on -l cluster=prod --boot network");
        var boot = await rack.WaitForAsync("node-01", b => b.Outcome == BootOutcome.Succeeded, TimeSpan.FromMinutes(8));
        Assert.Equal("cluster prod", boot.Profile);
        Assert.True(boot.Stages.ContainsKey(BootStage.Configured));

        // The node of a stand-in answers no API, so the cluster waits for it, and says so, over a restart too.
        await rack.StopDaemonAsync(signal: 9);
        await rack.StartDaemonAsync();
        var status = await StatusAsync(rack);
        Assert.Equal("configured", Assert.Single(status.Machines).Stage);
        Assert.Contains(status.Waiting!, w => w.Machine == "node-01" && w.Deadline is not null);

        var rendered = await RunAsync(rack, "config", "render", "node-01");
        Assert.Contains("net.core.somaxconn: \"65535\"", rendered, StringComparison.Ordinal);
        var token = (await RunAsync(rack, "cluster", "secrets", "prod")).Split('\n')
            .First(l => l.Contains("token:", StringComparison.Ordinal)).Split(": ")[1].Trim();
        Assert.DoesNotContain(token, rendered, StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{directory}/node-01.yaml", await RunAsync(rack, "config", "render", "node-01", "--show-secrets"));
        await RunAsync(rack, "config", "validate", "-f", $"{directory}/node-01.yaml", "--talos-version", "v1.13.9");
        Assert.Contains("10.20.0.41", await RunAsync(rack, "cluster", "talosconfig", "prod", "--role", "reader"), StringComparison.Ordinal);
        Assert.Contains("server: https://10.20.0.10:6443", await RunAsync(rack, "cluster", "kubeconfig", "prod", "--lifetime", "1h"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(rack.DaemonLog), StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    private static Task<ClusterStatus> StatusAsync(VirtualRack rack) => Wait.ForAsync(
        async () => (await rack.Client.GetClusterAsync("prod")).Value.Status is { Machines.Count: > 0 } status ? status : null,
        "the cluster has a machine");

    private static async Task<string> RunAsync(VirtualRack rack, params string[] arguments)
    {
        var (exit, output, error) = await rack.RackbootAsync(arguments);
        Assert.True(exit == 0, $"rackboot {string.Join(' ', arguments)}: {error}");
        return output;
    }
}
