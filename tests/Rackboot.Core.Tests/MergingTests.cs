using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class MergingTests
{
    private const string A = "52:54:00:00:00:0a", B = "52:54:00:00:00:0b", C = "52:54:00:00:00:0c", D = "52:54:00:00:00:0d";
    private static readonly Guid Uuid =
        Guid.Parse("4c4c4544-0042-3510-8052-b4c04f4d3732"), OtherUuid = Guid.Parse("11e0b6a2-7a31-4a3c-9a55-0c1d2e3f4a5b");

    [Fact]
    public async Task Absorbing_a_discovered_machine_keeps_all_cards_it_was_seen_with()
    {
        await using var rack = Rack.Start();
        var node = await rack.AcceptAsync("node", new MachineSpec { Uuid = Uuid });
        rack.See(C, serial: "S-77");
        rack.See(D, serial: "S-77");
        rack.See(C, Uuid);
        Assert.Equal(node.Id, rack.See(D).Id);
    }

    [Fact]
    public async Task Deleting_a_machine_that_shows_what_others_show_leaves_nothing_behind()
    {
        await using var rack = Rack.Start();
        await rack.AcceptAsync("a", new MachineSpec { Macs = [Rack.Mac(A)] });
        await rack.AcceptAsync("b", new MachineSpec { Macs = [Rack.Mac(B)] });
        rack.See(A, Uuid);
        rack.See(B, Uuid);
        rack.See(C, Uuid);
        rack.Clock.Pass(120);
        rack.See(A, Uuid);
        Assert.Null(await rack.Inventory.DeleteMachineAsync("a", null));
        Assert.False(rack.See(C).Accepted);
    }

    [Fact]
    public async Task A_uuid_that_several_accepted_machines_show_absorbs_nobody()
    {
        await using var rack = Rack.Start();
        await rack.AcceptAsync("a", new MachineSpec { Macs = [Rack.Mac(A)] });
        await rack.AcceptAsync("b", new MachineSpec { Macs = [Rack.Mac(B)] });
        rack.See(A, Uuid);
        rack.See(B, Uuid);
        var c = rack.See(C, Uuid);
        var d = rack.See(D, Uuid);
        rack.Clock.Pass(120);
        rack.See(A, Uuid);
        Assert.Equal([c.Id, d.Id], [rack.See(C, Uuid).Id, rack.See(D, Uuid).Id]);
    }

    [Fact]
    public async Task A_machine_is_remembered_by_a_bounded_number_of_cards()
    {
        await using var rack = Rack.Start();
        for (var i = 0; i < 1000; i++)
            rack.Inventory.Observe(new MachineIdentity { Mac = Rack.Mac(i), Uuid = Uuid });
        Assert.InRange(rack.Inventory.Fleet.Machines.Single().Observed.Macs.Count, 1, 64);
    }

    [Fact]
    public async Task A_mac_that_is_named_twice_still_identifies_its_machine()
    {
        await using var rack = Rack.Start();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A), Rack.Mac(A)] });
        Assert.Equal(node.Id, rack.See(A).Id);
    }

    [Fact]
    public async Task A_discovered_machine_is_not_forgotten_while_the_operator_accepts_it()
    {
        var store = Substitute.For<IStore>();
        store.Load(default, "").ReturnsForAnyArgs([]);
        var clock = new Clock();
        var inventory = new Inventory(store, new EventLog(store, clock, NullLogger<EventLog>.Instance), clock);
        var discovered = inventory.Observe(new MachineIdentity { Mac = Rack.Mac(0) });
        clock.Pass(1);
        for (var i = 1; i < Inventory.MostDiscovered; i++)
            inventory.Observe(new MachineIdentity { Mac = Rack.Mac(i) });
        store.CommitAsync(default!).ReturnsForAnyArgs(_ =>
        {
            inventory.Observe(new MachineIdentity { Mac = Rack.Mac(9999) });
            return Task.CompletedTask;
        });
        await inventory.PutMachineAsync("node", new MachineSpec { Macs = [Rack.Mac(0)] }, null, null, dryRun: false);
        store.DidNotReceive().Post(Change.Delete(Table.Machines, discovered.Id.Value));
        Assert.Equal(discovered.Id, inventory.Fleet.Named("node")!.Id);
    }

    [Fact]
    public async Task A_card_is_of_the_machine_it_was_seen_in_last()
    {
        await using var rack = Rack.Start();
        var a = await rack.AcceptAsync("a", new MachineSpec { Uuid = Uuid });
        var b = await rack.AcceptAsync("b", new MachineSpec { Uuid = OtherUuid });
        rack.See(C, Uuid);
        Assert.Equal(a.Id, rack.See(C).Id);
        rack.See(C, OtherUuid);
        Assert.Equal(b.Id, rack.See(C).Id);
        Assert.Empty(rack.Inventory.Fleet[a.Id]!.Macs);
        await rack.RestartAsync();
        Assert.Equal(b.Id, rack.See(C).Id);
    }

    [Fact]
    public async Task A_card_first_seen_without_its_machines_uuid_does_not_make_machine_after_machine()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A, Uuid);
        rack.See(C);
        Assert.Equal(machine.Id, rack.See(C, Uuid).Id);
        for (var i = 0; i < 5; i++)
            Assert.Equal(machine.Id, rack.See(C).Id);
        Assert.Equal(1, rack.Inventory.Fleet.Count);
    }

    [Fact]
    public async Task A_discovered_machine_whose_card_moved_into_another_stays_a_machine_of_its_own()
    {
        await using var rack = Rack.Start();
        await rack.AcceptAsync("a", new MachineSpec { Uuid = Uuid });
        var discovered = rack.See(C, OtherUuid);
        Assert.Equal("a", rack.See(C, Uuid).Name);
        Assert.Equal(discovered.Id, rack.See(D, OtherUuid).Id);
        Assert.Equal(2, rack.Inventory.Fleet.Count);
    }

    [Fact]
    public async Task A_description_gathers_all_that_was_discovered_of_its_machine_with_its_boots()
    {
        await using var rack = Rack.Start();
        var (byCard, byUuid) = (rack.See(C), rack.See(D, Uuid));
        rack.Boots.Note(byCard, Boot.BootStage.Firmware, "dhcp", "asks");
        rack.Clock.Pass(1);
        rack.Boots.Note(byUuid, Boot.BootStage.Firmware, "dhcp", "asks");
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(C), Rack.Mac(D)], Uuid = Uuid });
        Assert.Equal(1, rack.Inventory.Fleet.Count);
        Assert.Equal([node.Id, node.Id], rack.Boots.Newest().Select(b => b.Machine));
        await rack.RestartAsync();
        Assert.Equal((1, node.Id), (rack.Inventory.Fleet.Count, rack.See(D).Id));
    }

    [Fact]
    public async Task What_was_seen_of_a_machine_while_it_was_described_is_kept()
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        var describing = rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)] });
        rack.See(A, Uuid, "S-77");
        await describing;
        var observed = rack.Inventory.Fleet.Named("node")!.Observed;
        Assert.Equal((node.Id, Uuid, "S-77"), (rack.Inventory.Fleet.Named("node")!.Id, observed.Uuid!.Value, observed.Serial));
    }

    [Fact]
    public async Task Machines_keep_to_their_number_however_many_strangers_come()
    {
        await using var rack = Rack.Start();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)] });
        var first = rack.Inventory.Observe(new MachineIdentity { Mac = Rack.Mac(0x100000) });
        for (var i = 1; i < Inventory.MostDiscovered + 100; i++)
        {
            rack.Clock.Pass(1);
            rack.Inventory.Observe(new MachineIdentity { Mac = Rack.Mac(0x100000 + i) });
        }

        Assert.Equal(Inventory.MostDiscovered + 1, rack.Inventory.Fleet.Count);
        Assert.NotNull(rack.Inventory.Fleet[node.Id]);
        Assert.Null(rack.Inventory.Fleet[first.Id]);
        await rack.SettleAsync();
        Assert.Equal(Inventory.MostDiscovered + 1, rack.Store.Load(Table.Machines).Count);
    }
}
