using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>The boot interfaces' addresses change under a running daemon, and what is there is served.</summary>
public sealed class AddressTests
{
    private const string TwoSubnets =
        """
        subnets:
          - { subnet: 10.20.0.0/24, range: 10.20.0.100-10.20.0.199, lease: 1h }
          - { subnet: 10.21.0.0/24, range: 10.21.0.100-10.21.0.199, lease: 1h }
        dhcp: { probe: off }
        """;

    [Fact]
    public async Task An_address_that_comes_is_served_by_itself_and_one_that_goes_is_not_missed()
    {
        await using var rack = await TestRack.StartAsync(TwoSubnets);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a1", "52:54:00:00:09:01", "10.21.0.9/24");

        await rack.Network.IpAsync("address", "add", "10.21.0.1/24", "dev", NetworkNamespace.Bridge);
        var come = await EventAsync(rack, "gained 10.21.0.1/24");
        Assert.Equal("info", come.Level);
        Assert.Equal(
            "rack0 gained 10.21.0.1/24; served: 10.20.0.1 on rack0, 10.21.0.1 on rack0", come.Text);
        await ServesHttpAsync(host, "10.21.0.1");
        await ServesTftpAsync(host, "10.21.0.1");

        await rack.Network.IpAsync("address", "delete", "10.20.0.1/24", "dev", NetworkNamespace.Bridge);
        await EventAsync(rack, "lost 10.20.0.1/24");
        await ServesHttpAsync(host, "10.21.0.1");
        Assert.StartsWith("10.21.0.", await host.UdhcpcAsync(), StringComparison.Ordinal);
        Assert.Equal(["10.21.0.1/24"], Assert.Single((await rack.Client.GetStatusAsync()).Interfaces).Addresses);
    }

    [Fact]
    public async Task A_transfer_goes_on_while_another_address_comes_and_goes()
    {
        await using var rack = await TestRack.StartAsync();
        using (var image = new MemoryStream(new byte[64 << 20])) // more than buffers hold
            await rack.Client.PutAssetAsync("talos/v1.0.0/amd64/initramfs", image);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a2", "52:54:00:00:09:02", "10.20.0.9/24");
        var folder = Directory.CreateTempSubdirectory("rbt-transfer-").FullName;
        var begun = $"{folder}/begun";
        using var transfer = host.Start(
            $"{folder}/log", "sh", "-c",
            "curl -sS http://10.20.0.1/assets/talos/v1.0.0/amd64/initramfs"
            + $" | {{ head -c 1000 >{begun}; until [ -e {folder}/go ]; do sleep 0.1; done; cat >{folder}/rest; }}");
        await Wait.UntilAsync(() => new FileInfo(begun) is { Exists: true, Length: 1000 }, "the transfer begins");

        await rack.Network.IpAsync("address", "add", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        await EventAsync(rack, "gained 10.20.0.77/24");
        await rack.Network.IpAsync("address", "delete", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        await EventAsync(rack, "lost 10.20.0.77/24");

        await File.WriteAllTextAsync($"{folder}/go", "");
        await transfer.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.Equal("", await File.ReadAllTextAsync($"{folder}/log"));
        Assert.InRange(new FileInfo($"{folder}/rest").Length, (64 << 20) - (1 << 20), 64 << 20); // head reads some more than it writes
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_interface_that_is_deleted_is_a_problem_and_is_served_again_when_it_is_made_anew()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.Network.IpAsync("link", "delete", NetworkNamespace.Bridge);
        var gone = await EventAsync(rack, "does not exist");
        Assert.Equal("warning", gone.Level);
        var status = await rack.Client.GetStatusAsync();
        Assert.Contains($"interface {NetworkNamespace.Bridge} does not exist", Assert.Single(status.Problems), StringComparison.Ordinal);
        Assert.Empty(Assert.Single(status.Interfaces).Addresses);

        await MakeBridgeAsync(rack.Network);
        await EventAsync(rack, "rack0 gained 10.20.0.1/24");
        await ServesEverythingAsync(rack, "a3");
        Assert.Empty((await rack.Client.GetStatusAsync()).Problems);
    }

    [Fact]
    public async Task An_interface_that_comes_after_the_daemon_is_served()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.StopDaemonAsync();
        await rack.Network.IpAsync("link", "delete", NetworkNamespace.Bridge);
        await rack.StartDaemonAsync();
        Assert.NotEmpty((await rack.Client.GetStatusAsync()).Problems);

        await MakeBridgeAsync(rack.Network);
        await EventAsync(rack, "rack0 gained 10.20.0.1/24");
        await ServesEverythingAsync(rack, "a4");
    }

    [Fact]
    public async Task A_port_that_another_program_has_on_a_new_address_is_a_problem_until_it_is_free()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a5", "52:54:00:00:09:05", "10.20.0.9/24");
        await rack.Network.IpAsync("address", "add", "10.20.0.77/32", "dev", "lo");
        using var other = Lab.Tool.StartInBackground(
            "/dev/null", "ip", "netns", "exec", rack.Network.Name, "python3", "-m", "http.server", "--bind", "10.20.0.77", "80");
        await Wait.UntilAsync(async () => (await rack.Network.ExecAsync("ss", "-Hltn", "src", "10.20.0.77:80")).Output.Length > 0,
            "the other program listens");

        await rack.Network.IpAsync("address", "add", "10.20.0.77/24", "dev", NetworkNamespace.Bridge);
        await Wait.UntilAsync(async () => (await rack.Client.GetStatusAsync()).Problems is [var problem]
            && problem.Contains("TCP port 80 of 10.20.0.77", StringComparison.Ordinal), "the port is a problem");

        other.Kill();
        await Wait.UntilAsync(async () => (await rack.Client.GetStatusAsync()).Problems is [], "no problem is left");
        await ServesHttpAsync(host, "10.20.0.77");
    }

    private static async Task MakeBridgeAsync(NetworkNamespace network)
    {
        await network.IpAsync("link", "add", NetworkNamespace.Bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0");
        await network.IpAsync("link", "set", NetworkNamespace.Bridge, "up");
        await network.IpAsync("address", "add", "10.20.0.1/24", "dev", NetworkNamespace.Bridge);
    }

    private static async Task ServesEverythingAsync(VirtualRack rack, string name)
    {
        await using var host = await ClientNamespace.CreateAsync(rack.Network, name, "52:54:00:00:09:09");
        Assert.StartsWith("10.20.0.1", await host.UdhcpcAsync(), StringComparison.Ordinal);
        await ServesHttpAsync(host, "10.20.0.1");
        await ServesTftpAsync(host, "10.20.0.1");
    }

    private static async Task ServesHttpAsync(ClientNamespace host, string address)
    {
        var (status, script) = await host.CurlAsync($"http://{address}/boot.ipxe");
        Assert.Equal(200, status);
        Assert.Contains($"http://{address}/ipxe", script, StringComparison.Ordinal);
    }

    private static async Task ServesTftpAsync(ClientNamespace host, string address)
    {
        var (exit, script, error) = await host.ExecAsync("curl", "-sS", "-m", "30", $"tftp://{address}/autoexec.ipxe");
        Assert.True(exit == 0, error);
        Assert.StartsWith("#!ipxe", script, StringComparison.Ordinal);
    }

    private static async Task<Event> EventAsync(VirtualRack rack, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var e in rack.Client.WatchAsync(0, limit.Token))
            if (e.Kind == "network.changed" && e.Text.Contains(text, StringComparison.Ordinal))
                return e;
        throw new InvalidOperationException("the events ended");
    }
}
