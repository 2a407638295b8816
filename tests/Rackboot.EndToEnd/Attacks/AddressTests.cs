namespace Rackboot.EndToEnd.Attacks;

/// <summary>Who asks for a machine's configuration from an address that is not proven to be that machine's.</summary>
public sealed class AddressTests(LeasedRack rack) : IClassFixture<LeasedRack>
{
    [Theory]
    [InlineData(80)]
    [InlineData(4514)]
    public async Task A_host_on_another_network_does_not_reach_the_boot_network_s_ports(int port)
    {
        await PlugAsync();
        Assert.True(await AttackedRack.ReachesAsync(rack.Attacker, "10.20.0.1", port));
        Assert.False(await AttackedRack.ReachesAsync(rack.Elsewhere, "10.20.0.1", port));
        Assert.False(await AttackedRack.ReachesAsync(rack.Elsewhere, "10.30.0.1", port));
    }

    [Fact]
    public async Task A_host_on_another_network_does_not_reach_them_under_an_address_of_the_boot_network_either()
    {
        await rack.Elsewhere.IpAsync("address", "add", "10.20.0.77/32", "dev", "eth0");
        var (_, output, _) =
            await rack.Elsewhere.ExecAsync("curl", "-s", "-m", "3", "--interface", "10.20.0.77", $"{AttackedRack.Server}/boot.ipxe");
        await rack.Elsewhere.IpAsync("address", "del", "10.20.0.77/32", "dev", "eth0");
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_host_without_a_lease_gets_no_token_whatever_it_says_it_is()
    {
        await using var victim = await rack.DescribeAsync();
        await PlugAsync();
        foreach (var (uuid, serial) in new (string?, string?)[] { (null, null), (victim.Uuid, null), (victim.Uuid, victim.Serial) })
            Assert.Contains($"is not leased to {victim.Name}", Waits(await Victim.AskAsync(rack.Attacker, victim.Mac, uuid, serial)),
                StringComparison.Ordinal);
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_host_with_a_lease_of_its_own_gets_no_token_in_another_s_name()
    {
        await using var victim = await rack.DescribeAsync();
        await using var other = await rack.DescribeAsync();
        await other.LeaseAsync();
        Assert.Contains($"is the address of {other.Name}", Waits(await victim.AskAsync(other.Host)), StringComparison.Ordinal);
        await rack.Attacker.UdhcpcAsync();
        Waits(await victim.AskAsync(rack.Attacker));
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_host_on_the_wire_with_an_address_of_no_served_subnet_gets_nothing_and_is_not_discovered()
    {
        await using var victim = await rack.DescribeAsync();
        await AttackedRack.TakeAsync(rack.Attacker, "10.99.0.5/24");
        await rack.Rack.Network.IpAsync("route", "replace", "10.99.0.0/24", "dev", "rack0");
        var before = (await rack.Rack.Client.GetMachinesAsync()).Count;
        Assert.Contains("in none of the served subnets", Waits(await victim.AskAsync(rack.Attacker)), StringComparison.Ordinal);
        Waits(await Victim.AskAsync(rack.Attacker, "52:54:00:00:77:01"));
        Assert.Equal(before, (await rack.Rack.Client.GetMachinesAsync()).Count);
    }

    [Fact]
    public async Task What_a_stranger_asks_does_not_void_the_token_of_the_machine()
    {
        await using var victim = await rack.DescribeAsync();
        var url = Victim.ConfigUrl(await victim.BootAsync());
        await PlugAsync();
        for (var i = 0; i < 3; i++)
            Waits(await victim.AskAsync(rack.Attacker));
        Assert.Equal((200, victim.Secret), await victim.Host.CurlAsync(url!));
    }

    [Fact]
    public async Task A_stolen_token_is_worth_nothing_from_any_other_address()
    {
        await using var victim = await rack.DescribeAsync();
        await using var other = await rack.DescribeAsync();
        await other.LeaseAsync();
        var url = Victim.ConfigUrl(await victim.BootAsync())!;
        Assert.Equal(403, (await other.Host.CurlAsync(url)).Status);
        await PlugAsync();
        Assert.Equal(403, (await rack.Attacker.CurlAsync(url)).Status);
        await AttackedRack.TakeAsync(rack.Attacker, "10.99.0.5/24");
        await rack.Rack.Network.IpAsync("route", "replace", "10.99.0.0/24", "dev", "rack0");
        Assert.Equal(403, (await rack.Attacker.CurlAsync(url)).Status);
        Assert.Equal(0, (await rack.Elsewhere.CurlAsync(url, "-m", "2")).Status);
        Assert.Equal((200, victim.Secret), await victim.Host.CurlAsync(url));
    }

    [Fact]
    public async Task A_host_that_takes_the_machine_s_address_gets_neither_token_nor_configuration()
    {
        await using var victim = await rack.DescribeAsync();
        var url = Victim.ConfigUrl(await victim.BootAsync())!;
        await victim.Host.IpAsync("link", "set", "eth0", "down");
        await AttackedRack.TakeAsync(rack.Attacker, victim.Address + "/24");
        await AttackedRack.ForgeAsync(rack.Attacker, "arp", victim.Address, AttackedRack.AttackerMac, "10.20.0.1");
        Assert.Contains(
            $"is at {AttackedRack.AttackerMac} on the link", Waits(await victim.AskAsync(rack.Attacker)), StringComparison.Ordinal);
        Assert.Equal(403, (await rack.Attacker.CurlAsync(url)).Status);
        Assert.Contains(
            "on the link, which is not a card of", await rack.EventAsync("config.refused", victim.Name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_leases_under_the_machine_s_hardware_address_gets_its_address_and_no_token()
    {
        await using var victim = await rack.DescribeAsync();
        Assert.Equal($"offer {victim.Address}", await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "discover", victim.Mac));
        Assert.Equal($"ack {victim.Address}",
            await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "request", victim.Mac, $"requested={victim.Address}", "server=10.20.0.1"));
        await AttackedRack.TakeAsync(rack.Attacker, victim.Address + "/24");
        Assert.Contains("which is not a card of", Waits(await victim.AskAsync(rack.Attacker)), StringComparison.Ordinal);
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_kernel_log_from_elsewhere_or_from_no_lease_reports_for_nobody()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.ProvisionAsync();
        await PlugAsync();
        await SayAsync(rack.Attacker);
        await SayAsync(rack.Elsewhere);
        var boot = (await rack.Rack.Client.GetBootsAsync(victim.Name))[0];
        Assert.Equal(Contracts.BootStage.Configured, boot.Stage);
        await SayAsync(victim.Host);
        await rack.Rack.WaitForAsync(victim.Name, b => b.Stage == Contracts.BootStage.Reported, TimeSpan.FromSeconds(30));
    }

    private static Task<(int Exit, string Output, string Error)> SayAsync(Lab.Network.ClientNamespace from) => from.ExecAsync(
        "python3", "-c", "import socket; socket.create_connection(('10.20.0.1', 4514), 3).sendall(b'{\"msg\":\"up\"}\\n')");

    // The attacker has an address of the subnet that nobody gave it.
    private Task PlugAsync() => AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");

    private static string Waits(string script)
    {
        Assert.DoesNotContain("/config/", script, StringComparison.Ordinal);
        Assert.DoesNotContain("\nkernel ", script, StringComparison.Ordinal);
        Assert.Contains(" waits: ", script, StringComparison.Ordinal);
        return script;
    }
}
