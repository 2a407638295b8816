using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class ConfigDeliveryTests
{
    private const string A = "52:54:00:00:00:0a", B = "52:54:00:00:00:0b";
    private static readonly Guid Uuid = Guid.Parse("4c4c4544-0042-3510-8052-b4c04f4d3732");
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50"), Elsewhere = IPAddress.Parse("10.20.0.60");
    private static readonly ConfigQuery Nobody = new(null, null);

    [Fact]
    public async Task The_machine_of_the_boot_gets_its_configuration_at_its_address()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        var answer = Open(rack, token);
        Assert.Equal(("secret", null), (System.Text.Encoding.UTF8.GetString(answer.Config!.Reveal().Span), answer.Refused));
        Assert.NotNull(Open(rack, token, new ConfigQuery(Rack.Mac(A), SystemUuid.Swap(Uuid))).Config);
    }

    [Fact]
    public async Task A_token_that_was_made_up_is_refused()
    {
        await using var rack = await ProvisioningAsync();
        await BootAsync(rack);
        foreach (var token in new[] { "", "x", new string('x', 10_000), "\0", "☃" })
            await RefusedAsync(rack, Open(rack, token), "belongs to no current boot");
    }

    [Fact]
    public async Task The_token_of_an_earlier_boot_is_refused()
    {
        await using var rack = await ProvisioningAsync();
        var earlier = await BootAsync(rack);
        var token = await BootAsync(rack);
        await RefusedAsync(rack, Open(rack, earlier), "belongs to no current boot");
        Assert.NotNull(Open(rack, token).Config);
    }

    [Fact]
    public async Task A_second_token_of_a_boot_makes_the_first_worthless()
    {
        await using var rack = await ProvisioningAsync();
        var first = await BootAsync(rack);
        var second = await rack.Configs.MintAsync(rack.Inventory.Fleet.Named("node")!.Id);
        await RefusedAsync(rack, Open(rack, first), "belongs to no current boot");
        Assert.NotNull(Open(rack, second).Config);
    }

    [Fact]
    public async Task Another_machines_address_is_refused_even_with_the_right_token()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        var other = await rack.AcceptAsync("other", new MachineSpec { Macs = [Rack.Mac(B)] });
        rack.Lease(Elsewhere, other.Id, B);
        await RefusedAsync(rack, rack.Configs.Open(token, Elsewhere, Rack.Device, Nobody), "10.20.0.60 is the address of other");
    }

    [Fact]
    public async Task An_address_without_a_lease_is_refused_and_so_is_one_in_no_served_subnet()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await RefusedAsync(rack, rack.Configs.Open(token, Elsewhere, Rack.Device, Nobody), "is not leased to node");
        await RefusedAsync(
            rack, rack.Configs.Open(token, IPAddress.Parse("192.168.66.50"), Rack.Device, Nobody), "is in none of the served subnets");
        await RefusedAsync(rack, rack.Configs.Open(token, At, "eth1", Nobody), "arrived on an interface that does not serve its subnet");
    }

    [Fact]
    public async Task The_machines_own_address_is_refused_once_its_lease_is_over()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        rack.Clock.Pass(3601);
        await RefusedAsync(rack, Open(rack, token), "is not leased to node");
    }

    [Fact]
    public async Task A_machine_that_says_it_is_another_is_refused()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await RefusedAsync(rack, Open(rack, token, new ConfigQuery(Rack.Mac(B), null)), "the request names MAC");
        await RefusedAsync(rack, Open(rack, token, new ConfigQuery(null, Guid.NewGuid())), "the request names UUID");
    }

    [Fact]
    public async Task A_retry_is_answered_for_the_grace_and_not_after()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await DeliverAsync(rack, token);
        rack.Clock.Pass(120);
        Assert.NotNull(Open(rack, token).Config);
        await DeliverAsync(rack, token); // a second delivery does not begin the grace anew
        rack.Clock.Pass(1);
        await RefusedAsync(rack, Open(rack, token), "the grace period for retries (120 s) is over");
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_prolong_the_grace()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await DeliverAsync(rack, token);
        rack.Clock.Pass(-10);
        Assert.NotNull(Open(rack, token).Config);
        rack.Clock.Pass(-86_400);
        await RefusedAsync(rack, Open(rack, token), "the grace period for retries (120 s) is over");
    }

    [Fact]
    public async Task A_machine_that_is_not_to_be_provisioned_any_more_gets_nothing()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await rack.AcceptAsync("node", rack.Inventory.Fleet.Named("node")!.Spec! with { Boot = BootSource.Disk }, "secret");
        await RefusedAsync(rack, Open(rack, token), "is no longer set to be provisioned");
        await rack.Inventory.DeleteMachineAsync("node", null);
        await RefusedAsync(rack, Open(rack, token), "belongs to no current boot");
    }

    [Fact]
    public async Task Tokens_and_the_grace_survive_a_restart()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await rack.RestartAsync();
        rack.Lease(At, rack.Inventory.Fleet.Named("node")!.Id, A);
        await DeliverAsync(rack, token);
        await rack.RestartAsync();
        rack.Lease(At, rack.Inventory.Fleet.Named("node")!.Id, A);
        Assert.NotNull(Open(rack, token).Config);
        rack.Clock.Pass(121);
        await RefusedAsync(rack, Open(rack, token), "is over");
    }

    [Fact]
    public async Task Neither_token_nor_configuration_is_in_an_event_a_timeline_or_the_boot_on_disk()
    {
        await using var rack = await ProvisioningAsync();
        var token = await BootAsync(rack);
        await DeliverAsync(rack, token);
        Open(rack, token, new ConfigQuery(Rack.Mac(B), null));
        await rack.SettleAsync();
        foreach (var table in new[] { Table.Events, Table.Timelines, Table.Boots, Table.Machines })
            Assert.All(rack.Store.Load(table).Select(d => System.Text.Encoding.UTF8.GetString(d.Body.Span)), text =>
            {
                Assert.DoesNotContain(token, text, StringComparison.Ordinal);
                Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            });
        Assert.Contains(rack.EventsSoFar(), e => e.Kind == "config.delivered" && e.Machine == "node");
    }

    [Fact]
    public async Task A_delivery_that_ends_after_the_machine_started_over_says_nothing_of_the_new_boot()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var boot = rack.Boots.Note(machine, BootStage.System, "dhcp", "asked");
        rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked again");
        await rack.Configs.DeliveredAsync(machine, boot, At, 100);
        Assert.Equal(BootStage.Firmware, rack.Boots.Current(machine.Id)!.Stage);
    }

    private static async Task<Rack> ProvisioningAsync()
    {
        var rack = Rack.Start();
        await rack.ProfileAsync();
        await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Uuid = Uuid, Profile = "default" }, "secret");
        return rack;
    }

    // The machine powers on and gets as far as its script.
    private static async Task<string> BootAsync(Rack rack)
    {
        var node = rack.Inventory.Fleet.Named("node")!;
        rack.Boots.Note(node, BootStage.Firmware, "dhcp", "asked");
        rack.Lease(At, node.Id, A);
        var script = (await rack.ScriptAsync(A, At))!;
        var from = script.IndexOf("/config/", StringComparison.Ordinal) + "/config/".Length;
        return script[from..script.IndexOf('?', from)];
    }

    private static ConfigAnswer Open(Rack rack, string token, ConfigQuery? query = null) =>
        rack.Configs.Open(token, At, Rack.Device, query ?? Nobody);

    private static async Task DeliverAsync(Rack rack, string token)
    {
        var answer = Open(rack, token);
        await rack.Configs.DeliveredAsync(answer.Machine!, answer.Boot!, At, answer.Config!.Length);
    }

    private static async Task RefusedAsync(Rack rack, ConfigAnswer answer, string reason)
    {
        Assert.Null(answer.Config);
        Assert.Contains(reason, answer.Refused, StringComparison.Ordinal);
        await rack.SettleAsync();
        Assert.Contains(rack.EventsSoFar(), e => e.Kind == "config.refused" && e.Text.EndsWith(answer.Refused!, StringComparison.Ordinal));
    }
}
