using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Where another server assigns the addresses, a machine's own request to it is all that tells who has which.</summary>
public sealed class ProxyTests(OverheardRack rack) : IClassFixture<OverheardRack>
{
    private const string OtherServer = "server=10.20.0.2";

    [Fact]
    public async Task A_machine_gets_its_configuration_at_the_address_that_it_was_overheard_asking_for()
    {
        await using var victim = await rack.DescribeAsync();
        await TakesAsync(victim.Host, victim.Mac, victim.Address);
        await ServedAsync(victim);
    }

    [Fact]
    public async Task An_address_that_nobody_was_overheard_with_earns_no_token()
    {
        await using var victim = await rack.DescribeAsync();
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");
        Assert.Contains("the appliance did not see", await NoTokenAsync(victim), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request", "requested")]
    [InlineData("inform", "ciaddr")]
    public async Task A_request_in_the_machine_s_name_does_not_move_its_configuration_to_the_forger_s_address(string type, string where)
    {
        await using var victim = await rack.DescribeAsync();
        await TakesAsync(victim.Host, victim.Mac, victim.Address);
        await AttackedRack.ForgeAsync(
            rack.Attacker, "dhcp", type, victim.Mac, $"{where}=10.20.0.241", OtherServer, "class=PXEClient", "wait=1");
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.241/24");
        Assert.Contains("", await NoTokenAsync(victim), StringComparison.Ordinal);
        await ServedAsync(victim);
    }

    [Fact]
    public async Task An_address_that_two_were_overheard_with_is_nobody_s()
    {
        await using var victim = await rack.DescribeAsync();
        await AttackedRack.ForgeAsync(
            rack.Attacker, "dhcp", "request", AttackedRack.AttackerMac, "requested=10.20.0.242", OtherServer, "wait=1");
        await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "request", victim.Mac, "requested=10.20.0.242", OtherServer, "wait=1");
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.242/24");
        Assert.Contains("so it proves no identity", await NoTokenAsync(victim), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_takes_over_the_address_that_the_machine_was_overheard_with_gets_neither_token_nor_configuration()
    {
        await using var victim = await rack.DescribeAsync();
        await TakesAsync(victim.Host, victim.Mac, victim.Address);
        var url = Victim.ConfigUrl(await victim.ScriptAsync())!;
        await victim.Host.IpAsync("link", "set", "eth0", "down");
        await AttackedRack.TakeAsync(rack.Attacker, victim.Address + "/24");
        await AttackedRack.ForgeAsync(rack.Attacker, "arp", victim.Address, AttackedRack.AttackerMac, "10.20.0.1");
        Assert.Contains("which is not a card of", await NoTokenAsync(victim), StringComparison.Ordinal);
        Assert.Equal(403, (await rack.Attacker.CurlAsync(url)).Status);
    }

    [Fact]
    public async Task A_host_elsewhere_gets_nothing_here_either()
    {
        await using var victim = await rack.DescribeAsync();
        Assert.Equal(0, (await rack.Elsewhere.CurlAsync($"{AttackedRack.Server}/ipxe?mac={victim.Mac}", "-m", "3")).Status);
    }

    private static async Task TakesAsync(ClientNamespace host, string mac, string address)
    {
        await AttackedRack.ForgeAsync(host, "dhcp", "request", mac, $"requested={address}", OtherServer, "wait=1");
        await AttackedRack.TakeAsync(host, address + "/24");
    }

    private async Task<string> NoTokenAsync(Victim victim)
    {
        var script = await victim.AskAsync(rack.Attacker);
        Assert.DoesNotContain("/config/", script, StringComparison.Ordinal);
        return script;
    }

    private static async Task ServedAsync(Victim victim) =>
        Assert.Equal((200, victim.Secret), await victim.Host.CurlAsync(Victim.ConfigUrl(await victim.ScriptAsync())!));
}
