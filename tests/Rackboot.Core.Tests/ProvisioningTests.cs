using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

/// <summary>Who is armed, by what, and until when.</summary>
public sealed class ProvisioningTests
{
    private const string A = "52:54:00:00:00:0a", B = "52:54:00:00:00:0b";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task A_machine_is_armed_by_its_first_configuration_and_one_without_is_not()
    {
        await using var rack = Rack.Start();
        var plain = await rack.AcceptAsync("plain", new MachineSpec { Macs = [Rack.Mac(B)] });
        Assert.False(rack.Inventory.Provisioning.Of(plain.Id).IsArmed);
        Assert.True(rack.Inventory.Provisioning.Of((await DescribeAsync(rack)).Id).IsArmed);
        await rack.AcceptAsync("plain", new MachineSpec { Macs = [Rack.Mac(B)] }, "secret");
        Assert.True(rack.Inventory.Provisioning.Of(plain.Id).IsArmed);
        await rack.SettleAsync();
        Assert.Equal(2, rack.EventsSoFar().Count(e => e.Kind == "machine.armed"));
    }

    [Fact]
    public async Task An_arm_ends_after_its_time_and_that_is_said_once()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        rack.Clock.Pass(3599);
        Assert.True(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
        rack.Clock.Pass(1);
        Assert.False(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
        for (var i = 0; i < 3; i++)
            rack.Inventory.Provisioning.Sweep(id => rack.Inventory.Fleet[id]?.Name);
        await rack.SettleAsync();
        var ended = Assert.Single(rack.EventsSoFar(), e => e.Kind == "machine.disarmed");
        Assert.Contains("rackboot provision node", ended.Text, StringComparison.Ordinal);
        Assert.Contains("rackboot provision node", await BootAsync(rack, node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_prolong_an_arm()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        rack.Clock.Pass(-3601);
        Assert.False(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
    }

    [Fact]
    public async Task A_complete_delivery_disarms_after_the_grace_and_the_machine_boots_its_disk_from_then_on()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        await BootAsync(rack, node);
        await rack.Configs.DeliveredAsync(node, rack.Boots.Current(node.Id)!, At, 6);
        Assert.Contains("boots its disk", await BootAsync(rack, node), StringComparison.Ordinal);
        rack.Clock.Pass(121);
        Assert.Null(rack.Inventory.Provisioning.Of(node.Id).Arm);
        await rack.RestartAsync();
        Assert.Contains("boots its disk", await BootAsync(rack, node), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_configuration_arms_only_a_machine_that_was_never_provisioned()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        await rack.Inventory.Provisioning.DisarmAsync(node, "root");
        await DescribeAsync(rack, "other");
        Assert.True(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
        await rack.Inventory.Provisioning.DeliveredAsync(node);
        rack.Clock.Pass(121);
        await DescribeAsync(rack, "third");
        Assert.False(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
    }

    [Fact]
    public async Task Saying_the_same_again_does_not_arm()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        await rack.Inventory.Provisioning.DisarmAsync(node, "root");
        await DescribeAsync(rack);
        await rack.AcceptAsync("node", node.Spec! with { Labels = new Dictionary<string, string> { ["rack"] = "7" } }, "secret");
        Assert.False(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
    }

    [Fact]
    public async Task An_arm_survives_a_restart_and_goes_with_its_machine()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        await rack.RestartAsync();
        Assert.True(rack.Inventory.Provisioning.Of(node.Id).IsArmed);
        await rack.Inventory.DeleteMachineAsync("node", null);
        Assert.Null(rack.Inventory.Provisioning.Of(node.Id).Arm);
        await rack.SettleAsync();
        Assert.Empty(rack.Store.Load(Storage.Table.Provisioning));
    }

    [Fact]
    public async Task A_machine_that_an_earlier_version_provisioned_boots_its_disk()
    {
        await using var rack = Rack.Start();
        var node = await DescribeAsync(rack);
        await rack.Store.CommitAsync([Storage.Change.Delete(Storage.Table.Provisioning, node.Id.Value)]);
        await rack.RestartAsync();
        rack.Inventory.Provisioning.Remember(node.Id, rack.Clock.Now);
        Assert.Contains("boots its disk", await BootAsync(rack, node), StringComparison.Ordinal);
        Assert.Equal(rack.Clock.Now, rack.Inventory.Provisioning.Of(node.Id).Provisioned);
    }

    [Fact]
    public async Task A_description_takes_over_no_card_that_it_does_not_name()
    {
        await using var rack = Rack.Start();
        var uuid = Guid.NewGuid();
        rack.See(B, uuid);
        rack.See(A, uuid); // one discovered machine of two cards, as far as anybody can tell
        var node = await DescribeAsync(rack);
        Assert.Equal([Rack.Mac(A)], node.Macs);
        Assert.Null(node.Observed.Uuid);
        Assert.Equal([Rack.Mac(B)], rack.Inventory.Pending.Of(node.Id).Select(c => c.Mac));
        await rack.RestartAsync();
        Assert.Equal([Rack.Mac(A)], rack.Inventory.Fleet.Named("node")!.Macs);
    }

    [Fact]
    public async Task An_accepted_card_stays_when_the_document_is_applied_again_and_one_that_another_has_is_refused()
    {
        await using var rack = Rack.Start();
        await DescribeAsync(rack);
        await rack.AcceptAsync("other", new MachineSpec { Macs = [Rack.Mac("52:54:00:00:00:0c")] });
        Assert.Null(await rack.Inventory.AcceptCardAsync("node", Rack.Mac(B), "root"));
        Assert.Null(await rack.Inventory.AcceptCardAsync("node", Rack.Mac(B), "root")); // again
        await DescribeAsync(rack, "other");
        await rack.RestartAsync();
        Assert.True(rack.Inventory.Fleet.Named("node")!.Owns(Rack.Mac(B)));
        Assert.Equal(RefusalKind.Conflict, (await rack.Inventory.AcceptCardAsync("node", Rack.Mac("52:54:00:00:00:0c"), "root"))!.Kind);
        // its document names that one
        Assert.Equal(RefusalKind.NotFound, (await rack.Inventory.RevokeCardAsync("node", Rack.Mac(A), "root"))!.Kind);
        Assert.Null(await rack.Inventory.RevokeCardAsync("node", Rack.Mac(B), "root"));
        Assert.False(rack.Inventory.Fleet.Named("node")!.Owns(Rack.Mac(B)));
    }

    private static async Task<Machine> DescribeAsync(Rack rack, string config = "secret")
    {
        if (!rack.Inventory.Profiles.ContainsKey("default"))
            await rack.ProfileAsync();
        return await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" }, config);
    }

    private static async Task<string> BootAsync(Rack rack, Machine machine)
    {
        rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked");
        rack.Lease(At, machine.Id, A);
        return (await rack.ScriptAsync(A, At))!;
    }
}
