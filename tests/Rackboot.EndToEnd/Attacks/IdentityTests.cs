using Rackboot.Contracts;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Who shows what a machine is known by, to be taken for it, or to change what is known of it.</summary>
public sealed class IdentityTests(LeasedRack rack) : IClassFixture<LeasedRack>
{
    private const string PxeClass = "class=PXEClient:Arch:00007:UNDI:003016";

    [Fact]
    public async Task A_host_that_shows_the_machine_s_uuid_in_dhcp_gets_a_stranger_s_lease_and_no_token()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.BootAsync(); // its UUID is known
        var offer = await AttackedRack.ForgeAsync(
            rack.Attacker, "dhcp", "discover", AttackedRack.AttackerMac, $"uuid={victim.Uuid}", PxeClass, "arch=7");
        var address = offer["offer ".Length..];
        Assert.NotEqual(victim.Address, address);
        await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "request", AttackedRack.AttackerMac, $"uuid={victim.Uuid}", PxeClass,
            "arch=7", $"requested={address}", "server=10.20.0.1");
        await AttackedRack.TakeAsync(rack.Attacker, address + "/24");
        foreach (var mac in new[] { victim.Mac, AttackedRack.AttackerMac })
            NoToken(await Victim.AskAsync(rack.Attacker, mac, victim.Uuid, victim.Serial));
        Assert.DoesNotContain(await rack.Rack.Client.GetLeasesAsync(), l => l.Address == address && l.Machine == victim.Name);
        Assert.Contains(AttackedRack.AttackerMac, (await rack.StatusAsync(victim.Name)).PendingCards!.Select(c => c.Mac));
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_host_that_shows_the_machine_s_serial_number_is_a_pending_card_and_the_event_names_the_command()
    {
        await using var victim = await rack.DescribeAsync(m => m with { Serial = "SHOWN-1" });
        await rack.Attacker.UdhcpcAsync();
        var script = await Victim.AskAsync(rack.Attacker, AttackedRack.AttackerMac, serial: "SHOWN-1");
        NoToken(script);
        Assert.Contains($"rackboot accept {victim.Name} --card {AttackedRack.AttackerMac}", script, StringComparison.Ordinal);
        Assert.Contains($"rackboot accept {victim.Name} --card {AttackedRack.AttackerMac}",
            await rack.EventAsync("machine.card.pending", victim.Name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_card_gets_the_configuration_once_the_operator_accepts_it_and_not_after_that_is_taken_back()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.BootAsync();
        await using var second = await rack.CableAsync();
        await second.LeaseAsync();
        NoToken(await Victim.AskAsync(second.Host, second.Mac, victim.Uuid));
        var (exit, output, error) = await rack.Rack.RackbootAsync("accept", victim.Name, "--card", second.Mac);
        Assert.True(exit == 0, output + error);
        var url = Victim.ConfigUrl(await Victim.AskAsync(second.Host, second.Mac, victim.Uuid));
        Assert.Equal((200, victim.Secret), await second.Host.CurlAsync(url!));
        Assert.StartsWith(
            "accepted by root", Assert.Single((await rack.StatusAsync(victim.Name)).AcceptedCards!).Note, StringComparison.Ordinal);

        Assert.Equal(0, (await rack.Rack.RackbootAsync("accept", victim.Name, "--card", second.Mac, "--revoke")).Exit);
        await rack.Rack.RackbootAsync("provision", victim.Name);
        NoToken(await Victim.AskAsync(second.Host, second.Mac, victim.Uuid));
    }

    [Fact]
    public async Task A_machine_that_is_described_by_its_uuid_alone_gives_its_configuration_to_no_card_before_one_is_accepted()
    {
        await using var victim = await rack.CableAsync();
        await victim.DescribeAsync(m => m with { Macs = null, Uuid = victim.Uuid });
        await rack.Attacker.UdhcpcAsync();
        NoToken(await Victim.AskAsync(rack.Attacker, AttackedRack.AttackerMac, victim.Uuid));
        NoToken(await victim.BootAsync());
        await rack.Rack.Client.AcceptCardAsync(victim.Name, victim.Mac);
        NoToken(await Victim.AskAsync(rack.Attacker, AttackedRack.AttackerMac, victim.Uuid));
        await victim.AssertServedAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_discovered_machine_that_somebody_mixed_a_card_into_is_taken_over_without_that_card(bool uuidIsNamed)
    {
        await using var victim = await rack.CableAsync();
        await rack.Attacker.UdhcpcAsync();
        await Victim.AskAsync(rack.Attacker, AttackedRack.AttackerMac, victim.Uuid);
        await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "discover", victim.Mac, $"uuid={victim.Uuid}", PxeClass, "arch=7");
        await victim.DescribeAsync(m => uuidIsNamed ? m with { Uuid = victim.Uuid } : m);
        var described = (await rack.Rack.Client.GetMachineAsync(victim.Name)).Value;
        Assert.DoesNotContain(AttackedRack.AttackerMac, described.Status!.SeenMacs!);
        NoToken(await Victim.AskAsync(rack.Attacker, AttackedRack.AttackerMac, victim.Uuid));
        NoToken(await victim.AskAsync(rack.Attacker));
        await victim.AssertServedAsync();
        await rack.Rack.Client.DeleteMachineAsync(victim.Name);
    }

    [Fact]
    public async Task Ever_new_cards_do_not_push_out_the_first_pending_one()
    {
        await using var victim = await rack.DescribeAsync(m => m with { Serial = "SHOWN-2" });
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");
        for (var i = 0; i < 20; i++)
            NoToken(await Victim.AskAsync(rack.Attacker, $"52:54:00:00:55:{i:x2}", serial: "SHOWN-2"));
        var pending = (await rack.StatusAsync(victim.Name)).PendingCards!;
        Assert.Equal((8, "52:54:00:00:55:00"), (pending.Count, pending[0].Mac));
    }

    [Fact]
    public async Task A_get_without_a_lease_changes_nothing_of_what_is_known_of_the_machine()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.BootAsync();
        var before = await rack.StatusAsync(victim.Name);
        Assert.Equal((victim.Uuid, victim.Serial, "amd64"), (before.SeenUuid, before.SeenSerial, before.Architecture));
        await AttackedRack.TakeAsync(rack.Attacker, "10.20.0.240/24");
        NoToken(await Victim.AskAsync(rack.Attacker, victim.Mac, Guid.NewGuid().ToString(), "FORGED", "arm64"));
        Same(before, await rack.StatusAsync(victim.Name));
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_discover_in_the_machine_s_name_changes_neither_its_uuid_nor_its_architecture_nor_what_it_boots()
    {
        await using var victim = await rack.DescribeAsync();
        await victim.BootAsync();
        var before = await rack.StatusAsync(victim.Name);
        await AttackedRack.ForgeAsync(
            rack.Attacker, "dhcp", "discover", victim.Mac, $"uuid={Guid.NewGuid()}", "class=PXEClient:Arch:00011:UNDI:003016", "arch=11");
        Same(before, await rack.StatusAsync(victim.Name));
        await victim.AssertServedAsync();
    }

    [Fact]
    public async Task A_discover_in_the_machine_s_name_between_script_and_configuration_does_not_void_its_token()
    {
        await using var victim = await rack.DescribeAsync();
        var url = Victim.ConfigUrl(await victim.BootAsync())!;
        await AttackedRack.ForgeAsync(rack.Attacker, "dhcp", "discover", victim.Mac, PxeClass, "arch=7");
        Assert.Equal((200, victim.Secret), await victim.Host.CurlAsync(url));
    }

    // What is known of it. Its boots may have gone on.
    private static void Same(MachineStatus before, MachineStatus now) =>
        Assert.Equal(
            (before.SeenUuid, before.SeenSerial, before.Architecture, before.Firmware, before.Product, before.Address, before.LastSeen,
                string.Join(',', before.SeenMacs!)),
            (now.SeenUuid, now.SeenSerial, now.Architecture, now.Firmware, now.Product, now.Address, now.LastSeen, string.Join(
                ',', now.SeenMacs!)));

    private static void NoToken(string script) => Assert.DoesNotContain("/config/", script, StringComparison.Ordinal);
}
