using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

public sealed class BootDeskTests
{
    private const string A = "52:54:00:00:00:0a", B = "52:54:00:00:00:0b";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task A_machine_described_by_its_serial_number_boots_as_soon_as_its_card_is_accepted()
    {
        await using var rack = Rack.Start();
        await rack.ProfileAsync();
        var node = await rack.AcceptAsync("node", new MachineSpec { Serial = "S-77", Profile = "default" }, "secret");
        var discovered = rack.See(A);
        rack.Lease(At, discovered.Id, A);
        var boot = rack.Boots.Note(discovered, BootStage.Ipxe, "dhcp", "iPXE asked");
        Assert.Contains("rackboot accept node --card 52:54:00:00:00:0a", await rack.ScriptAsync(A, At, "S-77"), StringComparison.Ordinal);
        Assert.Null(await rack.Inventory.AcceptCardAsync("node", Rack.Mac(A), "root"));

        Assert.Contains("/config/", await rack.ScriptAsync(A, At, "S-77"), StringComparison.Ordinal);
        Assert.Equal((boot.Id, BootStage.Script), (rack.Boots.Current(node.Id)!.Id, rack.Boots.Current(node.Id)!.Stage));
        Assert.Equal(["iPXE asked", rack.Boots.Current(node.Id)!.Now], rack.Boots.Timeline(boot.Id).Select(e => e.Text));
        Assert.Null(rack.Boots.Current(discovered.Id));
    }

    [Fact]
    public async Task A_script_with_a_token_goes_only_to_the_machines_own_address()
    {
        await using var rack = Rack.Start();
        await rack.ProfileAsync();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" }, "secret");
        var other = await rack.AcceptAsync("other", new MachineSpec { Macs = [Rack.Mac(B)] });

        Assert.Contains("is not leased to node", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        rack.Lease(At, other.Id, B);
        Assert.Contains("is the address of other", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        rack.Lease(At, node.Id, A);
        Assert.Contains("/config/", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_has_had_its_configuration_boots_its_disk_until_somebody_asks_again()
    {
        await using var rack = Rack.Start();
        await rack.ProfileAsync();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" }, "secret");
        rack.Lease(At, node.Id, A);
        await rack.ScriptAsync(A, At);
        await rack.Configs.DeliveredAsync(node, rack.Boots.Current(node.Id)!, At, 6);

        Assert.Contains("boots its disk", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        rack.Boots.Note(node, BootStage.Firmware, "dhcp", "asked");
        Assert.Contains("boots its disk", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        await rack.Inventory.Provisioning.ArmAsync(node, "root", "rackboot provision");
        Assert.Contains("/config/", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_another_server_gives_the_addresses_the_machine_that_was_overheard_with_one_has_it()
    {
        await using var rack = Rack.Start();
        rack.Networks.Subnets = [Rack.Subnet with { Mode = SubnetMode.Proxy }];
        await rack.ProfileAsync();
        await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" }, "secret");
        await rack.AcceptAsync("other", new MachineSpec { Macs = [Rack.Mac(B)], Profile = "default" }, "secret");

        Assert.Contains("the appliance did not see node request", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        rack.Link[At] = Rack.Mac(A);
        rack.Addresses.Overhear(At, rack.Inventory.Fleet.Named("node")!.Id, Rack.Mac(A));
        Assert.Contains("/config/", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        Assert.Contains("is the address of node", await rack.ScriptAsync(B, At), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_a_configuration_boots_into_maintenance_mode_with_no_token()
    {
        await using var rack = Rack.Start();
        await rack.ProfileAsync();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" });
        rack.Lease(At, node.Id, A);
        var script = await rack.ScriptAsync(A, At);
        Assert.Contains("talos.platform=metal", script, StringComparison.Ordinal);
        Assert.DoesNotContain("/config/", script, StringComparison.Ordinal);
        Assert.Null(rack.Boots.Current(node.Id)!.TokenSha256);
    }

    [Fact]
    public async Task The_disk_method_that_wants_an_http_404_gets_no_script()
    {
        await using var rack = Rack.Start();
        var node = await rack.AcceptAsync(
            "node", new MachineSpec { Macs = [Rack.Mac(A)], Boot = BootSource.Disk, Disk = DiskBootMethod.Http404 });
        Assert.Null(await rack.ScriptAsync(A, At));
        Assert.Null(rack.Boots.Current(node.Id)); // nothing says that it was this machine
        rack.Lease(At, node.Id, A);
        Assert.Null(await rack.ScriptAsync(A, At));
        Assert.Equal(BootOutcome.Disk, rack.Boots.Current(node.Id)!.Outcome);
    }

    [Fact]
    public async Task A_command_line_too_long_for_the_kernel_is_told_on_the_timeline()
    {
        await using var rack = Rack.Start();
        var profile = await rack.ProfileAsync();
        await rack.Inventory.PutProfileAsync(
            profile with { KernelArguments = [.. Enumerable.Range(0, 5).Select(i => $"a{i}={new string('x', 450)}")] }, null,
            dryRun: false);
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Profile = "default" });
        rack.Lease(At, node.Id, A);
        await rack.ScriptAsync(A, At);
        Assert.Contains(rack.Boots.Timeline(rack.Boots.Current(node.Id)!.Id),
            e => e.Level == Level.Error && e.Text.Contains("longer than 2047 characters", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lease_of_a_machine_that_was_merged_is_its_heirs_after_a_restart_too()
    {
        await using var rack = Rack.Start();
        var discovered = rack.See(A);
        var node = await rack.AcceptAsync("node", new MachineSpec { Serial = "S-77" });
        rack.See(A, serial: "S-77");
        await rack.RestartAsync();
        rack.Lease(At, discovered.Id, A);
        Assert.Equal(node.Id, rack.Addresses.At(At));
    }

    [Fact]
    public async Task Boots_and_addresses_of_machines_that_are_forgotten_are_forgotten_with_them()
    {
        await using var rack = Rack.Start();
        for (var i = 0; i < Inventory.MostDiscovered + 10; i++)
        {
            rack.Clock.Pass(1);
            var machine = rack.Inventory.Observe(new MachineIdentity { Mac = Rack.Mac(i) });
            rack.Boots.Note(machine, BootStage.Firmware, "dhcp", "asked");
            rack.Addresses.Set(new IPAddress([10, 0, (byte)(i >> 8), (byte)i]), machine.Id, DateTimeOffset.MaxValue);
        }

        Assert.Equal(Inventory.MostDiscovered, rack.Boots.Newest().Count);
        Assert.Null(rack.Addresses.At(new IPAddress([10, 0, 0, 0])));
        await rack.SettleAsync();
        Assert.Equal(Inventory.MostDiscovered, rack.Store.Load(Storage.Table.Boots).Count);
        Assert.Equal(Inventory.MostDiscovered, rack.Store.Load(Storage.Table.Timelines).Count);
        Assert.Equal(Inventory.MostDiscovered, rack.Store.Load(Storage.Table.Observations).Count);
    }

    [Fact]
    public async Task A_machine_that_is_deleted_leaves_its_boots_as_history_and_neither_an_address_nor_its_configuration()
    {
        await using var rack = Rack.Start();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)] }, "secret");
        var boot = rack.Boots.Note(node, BootStage.Firmware, "dhcp", "asked");
        rack.Lease(At, node.Id, A);
        Assert.Null(await rack.Inventory.DeleteMachineAsync("node", null));
        await rack.SettleAsync();
        Assert.Null(rack.Boots.Current(node.Id));
        Assert.Equal("the machine was deleted", rack.Boots.Find(boot.Id)!.Now);
        Assert.Single(rack.Boots.Timeline(boot.Id));
        Assert.Null(rack.Addresses.At(At));
        Assert.Null(rack.Inventory.Config(node.Id));
    }
}
