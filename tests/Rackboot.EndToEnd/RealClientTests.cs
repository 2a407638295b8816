using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>Clients that other people wrote, against the daemon.</summary>
public sealed class RealClientTests
{
    private const string Mac = "52:54:00:00:03:01";

    [Fact]
    public async Task Dhclient_gets_renews_and_releases_a_lease()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var directory = Directory.CreateTempSubdirectory("dhclient").FullName;
        string[] files = ["-v", "-1", "-lf", $"{directory}/leases", "-pf", $"{directory}/pid", "-sf", "/bin/true", ClientNamespace.Card];
        Assert.Contains("DHCPACK of 10.20.0.100", (await host.ExecAsync(["dhclient", .. files])).Error, StringComparison.Ordinal);
        var first = Assert.Single(await rack.Client.GetLeasesAsync());
        Assert.Equal((Mac, "bound", "10.20.0.0/24"), (first.Mac, first.State, first.Subnet));

        // Started again it asks for the address that it remembers (INIT-REBOOT).
        Assert.Contains("DHCPACK of 10.20.0.100", (await host.ExecAsync(["dhclient", .. files])).Error, StringComparison.Ordinal);
        Assert.True(Assert.Single(await rack.Client.GetLeasesAsync()).Expires > first.Expires);

        await host.IpAsync("address", "add", "10.20.0.100/24", "dev", ClientNamespace.Card);
        await host.ExecAsync(["dhclient", "-r", .. files]);
        Assert.Equal("released", Assert.Single(await rack.Client.GetLeasesAsync()).State);
    }

    [Fact]
    public async Task Udhcpc_gets_and_releases_a_lease_and_gets_the_same_address_again()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var address = await host.UdhcpcAsync();

        // Without -q it stays; told to end, it gives the lease back (-R), which takes the address on its card.
        var log = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "udhcpc.log");
        using (var client = host.Start(log, "busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-R", "-s", "/bin/true"))
        {
            await Wait.ForTextAsync(log, $"lease of {address} obtained");
            await host.ExecAsync("kill", "-TERM", $"{client.Id}");
            await client.WaitForExitAsync();
        }

        await Wait.UntilAsync(async () => Assert.Single(await rack.Client.GetLeasesAsync()).State == "released", "it is released");
        Assert.Equal(address, await host.UdhcpcAsync());
        Assert.Equal("bound", Assert.Single(await rack.Client.GetLeasesAsync()).State);
    }

    [Fact]
    public async Task Dhcpcd_gets_a_lease_with_all_that_the_subnet_gives()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var log = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "dhcpcd.log");

        // Its files stay in the mount namespace that `ip netns exec` makes; its helpers keep standard output open.
        await host.ExecAsync("sh", "-c",
            $"mount -t tmpfs dhcpcd /var/lib/dhcpcd && timeout 20 dhcpcd -4 -T -t 10 {ClientNamespace.Card} >{log} 2>&1 </dev/null");
        var lease = await File.ReadAllTextAsync(log);
        foreach (var line in new[] { "new_ip_address='10.20.0.100'", "new_domain_name='rack1.example'", "new_routers='10.20.0.1'",
            "new_dhcp_lease_time='3600'" })
            Assert.Contains(line, lease, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_behind_a_relay_gets_an_address_of_its_own_subnet()
    {
        await using var rack = await TestRack.StartAsync(
            TestRack.Subnet + "\n  - subnet: 10.40.0.0/24\n    range: 10.40.0.100-10.40.0.199\n    router: 10.40.0.1");
        await using var relay = await ClientNamespace.CreateAsync(rack.Network, "r", "02:00:00:00:00:05", "10.20.0.5/24");
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);

        // The client's cable goes from the bridge to the relay: its only way to the server.
        await rack.Network.IpAsync("link", "set", "v-a", "nomaster", "netns", relay.Name);
        await relay.IpAsync("address", "add", "10.40.0.1/24", "dev", "v-a");
        await relay.IpAsync("link", "set", "v-a", "up");
        await relay.ExecAsync("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        await rack.Network.IpAsync("route", "add", "10.40.0.0/24", "via", "10.20.0.5");
        using var dhcrelay = relay.Start(Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "dhcrelay.log"), "dhcrelay", "-4", "-d",
            "-a", "-id", "v-a", "-iu", "eth0", "--no-pid", "10.20.0.1");
        Assert.Equal("10.40.0.100", await host.UdhcpcAsync());
        Assert.Equal("10.40.0.0/24", Assert.Single(await rack.Client.GetLeasesAsync()).Subnet);
    }

    [Theory]
    [InlineData("curl -s -o out tftp://10.20.0.1/ipxe/amd64/ipxe.efi")]
    [InlineData("curl -s --tftp-no-options -o out tftp://10.20.0.1/ipxe/amd64/ipxe.efi")]
    [InlineData("curl -s --tftp-blksize 1428 -o out tftp://10.20.0.1/ipxe/amd64/ipxe.efi")]
    [InlineData("atftp -g -r ipxe/amd64/ipxe.efi -l out 10.20.0.1")]
    [InlineData("atftp --option 'blksize 1024' --option 'windowsize 8' -g -r /ipxe/amd64/ipxe.efi -l out 10.20.0.1")]
    [InlineData("busybox tftp -g -b 1468 -r ipxe/amd64/ipxe.efi -l out 10.20.0.1")]
    [InlineData("tftp -m binary 10.20.0.1 -c get ipxe/amd64/ipxe.efi out")]
    [InlineData("curl -s -o out http://10.20.0.1/assets/ipxe/amd64/ipxe.efi")]
    [InlineData("curl -s -r 0-99999 -o out http://10.20.0.1/assets/ipxe/amd64/ipxe.efi && curl -s -r 100000- "
        + "http://10.20.0.1/assets/ipxe/amd64/ipxe.efi >>out")]
    public async Task Downloads_arrive_as_they_are(string command)
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac, "10.20.0.40/24");
        var directory = Directory.CreateTempSubdirectory("download").FullName;
        if (command.StartsWith("tftp ", StringComparison.Ordinal))
            command = "/usr/bin/tftp" + command[4..];
        var (_, output, error) = await host.ExecAsync("sh", "-c", $"cd {directory} && {command}");
        Assert.True(File.Exists($"{directory}/out"), output + error);
        Assert.Equal(await File.ReadAllBytesAsync("/usr/lib/ipxe/ipxe.efi"), await File.ReadAllBytesAsync($"{directory}/out"));
    }

    [Fact]
    public async Task Http_answers_head_ranges_and_conditions_as_a_file_server_does_and_nothing_outside_the_store()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac, "10.20.0.40/24");
        const string url = "http://10.20.0.1/assets/ipxe/amd64/snponly.efi";
        var length = new FileInfo("/usr/lib/ipxe/snponly.efi").Length;
        var (status, head) = await host.CurlAsync(url, "-I");
        Assert.Equal(200, status);
        Assert.Contains($"Content-Length: {length}", head, StringComparison.OrdinalIgnoreCase);
        var tag = head.Split('\n').First(l => l.StartsWith("ETag:", StringComparison.OrdinalIgnoreCase))[5..].Trim();
        Assert.Equal(304, (await host.CurlAsync(url, "-H", $"If-None-Match: {tag}")).Status);
        Assert.Equal(206, (await host.CurlAsync(url, "-r", "5-9", "-o", "/dev/null")).Status);
        Assert.Equal(416, (await host.CurlAsync(url, "-r", "99999999-")).Status);
        foreach (var path in new[] { "/assets/../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets//etc/passwd",
            "/assets/ipxe/amd64/..%2f..%2frackboot.db", "/" })
            Assert.Equal(404, (await host.CurlAsync("http://10.20.0.1" + path, "--path-as-is")).Status);
    }
}
