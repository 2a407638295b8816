using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Machines behind a DHCP relay: their subnet is on no interface of the appliance, and a lease is what tells who they
/// are.</summary>
public sealed class RelayTests(RelayedRack rack) : IClassFixture<RelayedRack>
{
    [Fact]
    public async Task Behind_a_relay_a_machine_gets_its_configuration_and_its_neighbour_does_not()
    {
        await using var relay = await ClientNamespace.CreateAsync(rack.Rack.Network, "r", "02:00:00:00:00:05", "10.20.0.5/24");
        await using var victim = await rack.DescribeAsync(m => m with { Address = null });
        foreach (var (cable, port) in new[] { ("v-vic1", "p1"), ("v-att", "p2") })
            await rack.Rack.Network.IpAsync("link", "set", cable, "nomaster", "netns", relay.Name, "name", port);
        await relay.IpAsync("link", "add", "lan", "type", "bridge", "stp_state", "0", "forward_delay", "0");
        await relay.IpAsync("address", "add", "10.40.0.1/24", "dev", "lan");
        foreach (var port in new[] { "p1", "p2" })
            await relay.IpAsync("link", "set", port, "master", "lan", "up");
        await relay.IpAsync("link", "set", "lan", "up");
        await relay.ExecAsync("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
        await rack.Rack.Network.IpAsync("route", "add", "10.40.0.0/24", "via", "10.20.0.5");
        var log = Path.Combine(Path.GetDirectoryName(rack.Rack.DaemonLog)!, "dhcrelay.log");
        using var dhcrelay = relay.Start(log, "dhcrelay", "-4", "-d", "-a", "-id", "lan", "-iu", "eth0", "--no-pid", "10.20.0.1");

        Assert.Equal("10.40.0.100", await victim.LeaseAsync());
        await victim.Host.IpAsync("route", "add", "default", "via", "10.40.0.1");
        var url = Victim.ConfigUrl(await victim.ScriptAsync());
        Assert.NotNull(url);
        await rack.Attacker.IpAsync("address", "add", "10.40.0.150/24", "dev", "eth0");
        await rack.Attacker.IpAsync("route", "add", "default", "via", "10.40.0.1");
        Assert.DoesNotContain("/config/", await victim.AskAsync(rack.Attacker), StringComparison.Ordinal);
        Assert.Equal(403, (await rack.Attacker.CurlAsync(url)).Status);
        Assert.Equal((200, victim.Secret), await victim.Host.CurlAsync(url));
    }
}
