using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>The command line against the daemon, as an operator uses both.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public async Task Machines_are_described_shown_exported_and_deleted_and_secrets_stay_in()
    {
        await using var rack = await TestRack.StartAsync();
        var directory = Directory.CreateTempSubdirectory("cli").FullName;
        await File.WriteAllTextAsync($"{directory}/node-01.yaml", "machine: { token: hunter2 }\n");
        await File.WriteAllTextAsync($"{directory}/rack.yaml",
            """
            apiVersion: v1alpha1
            kind: Machine
            name: node-01
            macs: ["52:54:00:00:01:04"]
            profile: default
            address: 10.20.0.21
            machineConfig: { file: node-01.yaml }
            ---
            apiVersion: v1alpha1
            kind: Profile
            name: default
            talos: { version: v1.14.0, arch: amd64 }
            kernelArguments: [console=ttyS0]
            """);
        Assert.Equal((0, "profile/default created\nmachine/node-01 created\n"), await RunAsync(rack, $"apply -f {directory}/rack.yaml"));
        Assert.Equal(
            (0, "profile/default unchanged\nmachine/node-01 unchanged\n"), await RunAsync(rack, $"apply -f {directory}/rack.yaml"));
        var (_, exported) = await RunAsync(rack, "get machine node-01 -o yaml");
        Assert.DoesNotContain("hunter2", exported, StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{directory}/exported.yaml", exported);
        Assert.Equal((0, "machine/node-01 unchanged\n"), await RunAsync(rack, $"apply -f {directory}/exported.yaml"));

        var (_, explained) = await RunAsync(rack, "explain node-01");
        Assert.Contains("node-01 has not been seen booting from the network, and cannot boot", explained, StringComparison.Ordinal);
        Assert.Contains("which is not in the asset store", explained, StringComparison.Ordinal);
        Assert.Contains("rackboot asset import --version v1.14.0", explained, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync(rack, "delete profile default")).Exit);
        Assert.Equal(3, (await RunAsync(rack, "get machine node-99")).Exit);
        Assert.Equal((0, "machine/node-01 deleted\n"), await RunAsync(rack, "delete machine node-01"));

        await File.WriteAllTextAsync($"{directory}/wrong.yaml", exported.Replace("10.20.0.21", "10.99.0.1", StringComparison.Ordinal)
            .Replace("52:54:00:00:01:04", "52:54", StringComparison.Ordinal));
        var (exit, message) = await RunAsync(rack, $"apply -f {directory}/wrong.yaml", error: true);
        Assert.Equal(2, exit);
        Assert.Contains("wrong.yaml:5: macs[0]: \"52:54\" is not a MAC address", message, StringComparison.Ordinal);
        Assert.Contains("wrong.yaml:7: address: 10.99.0.1 is in none of the served subnets", message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_asset_is_imported_listed_served_and_removed()
    {
        await using var rack = await TestRack.StartAsync();
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.efi");
        await File.WriteAllBytesAsync(file, [(byte)'M', (byte)'Z', 1, 2, 3]);
        Assert.Equal(0, (await RunAsync(rack, $"asset import --ipxe arm64 {file}")).Exit);
        var name = $"ipxe/arm64/{Path.GetFileName(file)}";
        Assert.Contains(name, (await RunAsync(rack, "asset list")).Output, StringComparison.Ordinal);
        Assert.Equal("5", (await rack.Network.ExecAsync(
            "curl", "-s", "-o", "/dev/null", "-w", "%{size_download}", $"http://10.20.0.1/assets/{name}")).Output);
        Assert.Equal(0, (await RunAsync(rack, $"asset remove {name}")).Exit);
        Assert.Equal(4, (await RunAsync(rack, "asset remove ipxe/amd64/snponly.efi")).Exit);
        File.Delete(file);
    }

    [Fact]
    public async Task A_broken_configuration_is_refused_at_reload_and_a_right_one_taken()
    {
        await using var rack = await TestRack.StartAsync();
        var configuration = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "rackboot.yaml");
        var right = await File.ReadAllTextAsync(configuration);
        await File.WriteAllTextAsync(configuration, right.Replace("mode: dhcp", "mode: x", StringComparison.Ordinal).Replace(
            "lease: 1h", "lease: never", StringComparison.Ordinal));
        await rack.ReloadDaemonAsync();
        await Wait.ForTextAsync(rack.DaemonLog, "the old configuration stays in force");
        await File.WriteAllTextAsync(configuration, right.Replace("lease: 1h", "lease: 2h", StringComparison.Ordinal));
        await rack.ReloadDaemonAsync();
        await Wait.ForTextAsync(rack.DaemonLog, "reloaded");
    }

    private static async Task<(int Exit, string Output)> RunAsync(VirtualRack rack, string arguments, bool error = false)
    {
        var (exit, output, errors) = await rack.RackbootAsync(arguments.Split(' '));
        return (exit, error ? errors : output);
    }
}
