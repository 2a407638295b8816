using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

/// <summary>What anybody can send with ever new addresses is held in memory, bounded, and written nowhere.</summary>
public sealed class GlimpseTests
{
    private const string A = "52:54:00:00:00:0a", B = "52:54:00:00:00:0b";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");
    private static readonly Table[] Written = [Table.Machines, Table.Observations, Table.Events, Table.Boots, Table.Timelines];

    [Fact]
    public async Task A_flood_of_random_addresses_writes_nothing_and_pushes_out_nobody_who_came_back()
    {
        await using var rack = Rack.Start();
        await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)] });
        var discovered = rack.See(B);
        await rack.SettleAsync();
        var before = Written.Select(t => rack.Store.Load(t).Count).ToList();
        for (var i = 0; i < 5000; i++)
        {
            var client = Client(Rack.Mac(0x200000 + i).ToString(), DhcpMessageType.Discover);
            rack.Dhcp.Decide(client);
            rack.Dhcp.Answered(client, DhcpMessageType.Offer, At, null);
        }

        await rack.SettleAsync();
        Assert.Equal(before, Written.Select(t => rack.Store.Load(t).Count));
        Assert.Equal(Inventory.MostGlimpsed + 2, rack.Inventory.Fleet.Count);
        Assert.NotNull(rack.Inventory.Fleet[discovered.Id]);
    }

    [Fact]
    public async Task Who_comes_back_with_a_request_is_on_record_with_the_boot_and_survives_a_restart()
    {
        await using var rack = Rack.Start();
        Assert.Null(rack.Dhcp.Decide(Client(A, DhcpMessageType.Discover)).Holder);
        Assert.Equal("discovered-52540000000a", rack.Inventory.Fleet.Machines.Single().Name); // it is seen, all the same
        var decision = rack.Dhcp.Decide(Client(A, DhcpMessageType.Request));
        rack.Dhcp.Answered(Client(A, DhcpMessageType.Request), DhcpMessageType.Ack, At, "ipxe");
        var machine = rack.Inventory.Fleet.Machines.Single();
        Assert.Equal(DhcpBoot.HolderOf(machine.Id), decision.Holder);
        Assert.Equal(machine.Id, Assert.Single(rack.Boots.Newest()).Machine);
        await rack.SettleAsync();
        Assert.Single(rack.Store.Load(Table.Events), e => StoreJson.Read<Events.RackEvent>(e).Kind == "machine.discovered");
        await rack.RestartAsync();
        Assert.Equal(machine.Id, rack.Inventory.Fleet.Machines.Single().Id);
        Assert.Equal([Rack.Mac(A)], rack.Inventory.Fleet.Machines.Single().Observed.Macs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_for_what_was_not_offered_writes_nothing_either(bool discovered)
    {
        await using var rack = Rack.Start();
        if (discovered)
            rack.Dhcp.Decide(Client(A, DhcpMessageType.Discover));
        rack.Dhcp.Decide(Client(A, DhcpMessageType.Request));
        rack.Dhcp.Answered(Client(A, DhcpMessageType.Request), DhcpMessageType.Nak, At, null);
        await rack.SettleAsync();
        Assert.All(Written, t => Assert.Empty(rack.Store.Load(t)));
    }

    [Fact]
    public async Task A_machine_that_takes_another_servers_offer_is_on_record()
    {
        await using var rack = Rack.Start();
        rack.Dhcp.Decide(Client(A, DhcpMessageType.Discover));
        rack.Dhcp.OtherServerChosen(Client(A, DhcpMessageType.Request), At);
        await rack.SettleAsync();
        Assert.Single(rack.Store.Load(Table.Machines));
    }

    [Fact]
    public async Task A_stranger_that_asks_for_its_script_waits_and_is_on_record_when_it_asks_again()
    {
        await using var rack = Rack.Start();
        Assert.Contains("has no document", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        await rack.SettleAsync();
        Assert.All(Written, t => Assert.Empty(rack.Store.Load(t)));
        Assert.Equal(0, rack.Inventory.Fleet.Count);
        Assert.Contains("has no document", await rack.ScriptAsync(A, At), StringComparison.Ordinal);
        Assert.Equal(BootOutcome.Waiting, Assert.Single(rack.Boots.Newest()).Outcome);
        await rack.SettleAsync();
        Assert.Single(rack.Store.Load(Table.Machines));
    }

    [Fact]
    public async Task Strangers_that_ask_for_a_script_once_are_forgotten_in_turn()
    {
        await using var rack = Rack.Start();
        await rack.ScriptAsync(A, At);
        for (var i = 0; i < Inventory.MostGlimpsed; i++)
            Assert.Contains("has no document", await rack.ScriptAsync(Rack.Mac(0x200000 + i).ToString(), At), StringComparison.Ordinal);
        await rack.ScriptAsync(A, At);
        Assert.Equal(0, rack.Inventory.Fleet.Count);
        await rack.ScriptAsync(A, At);
        Assert.Equal($"discovered-{A.Replace(":", "", StringComparison.Ordinal)}", Assert.Single(rack.Inventory.Fleet.Machines).Name);
    }

    [Fact]
    public async Task A_machine_that_was_only_glimpsed_becomes_the_described_one_with_what_was_seen_of_it()
    {
        await using var rack = Rack.Start();
        var glimpsed = rack.Inventory.Glimpse(new MachineIdentity { Mac = Rack.Mac(A) }, FirmwareKind.Uefi, "arm64");
        Assert.True(rack.Inventory.IsGlimpsed(glimpsed));
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)] });
        Assert.Equal(glimpsed.Id, node.Id);
        Assert.False(rack.Inventory.IsGlimpsed(node));
        await rack.RestartAsync();
        Assert.Equal("arm64", rack.Inventory.Fleet.Named("node")!.Observed.Architecture);
    }

    [Fact]
    public async Task A_machine_seen_again_is_the_last_to_be_forgotten_however_it_came_in()
    {
        await using var rack = Rack.Start();
        var first = rack.Inventory.Glimpse(new MachineIdentity { Mac = Rack.Mac(0) });
        for (var i = 1; i < Inventory.MostGlimpsed; i++)
            rack.Inventory.Glimpse(new MachineIdentity { Mac = Rack.Mac(i) });
        rack.Inventory.Glimpse(new MachineIdentity { Mac = Rack.Mac(0) });
        rack.Inventory.Glimpse(new MachineIdentity { Mac = Rack.Mac(0x100000) });
        Assert.NotNull(rack.Inventory.Fleet[first.Id]);
        Assert.Null(rack.Inventory.Fleet.Find(new MachineIdentity { Mac = Rack.Mac(1) }));
        Assert.Equal(Inventory.MostGlimpsed, rack.Inventory.Fleet.Count);
    }

    [Fact]
    public async Task Described_machines_go_first_by_card_and_by_uuid_and_nobody_else_does()
    {
        await using var rack = Rack.Start();
        var uuid = Guid.NewGuid();
        await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)] });
        await rack.AcceptAsync("other", new MachineSpec { Uuid = uuid });
        rack.See(B);
        Assert.True(rack.Dhcp.GoesFirst([0x52, 0x54, 0, 0, 0, 0x0a], null));
        Assert.True(rack.Dhcp.GoesFirst([0x52, 0x54, 0, 0, 0, 0x0c], uuid));
        Assert.False(rack.Dhcp.GoesFirst([0x52, 0x54, 0, 0, 0, 0x0b], null));
        Assert.False(rack.Dhcp.GoesFirst([], null));
        Assert.False(rack.Dhcp.GoesFirst([1, 2, 3, 4, 5, 6, 7, 8], null));
    }

    private static DhcpClient Client(string mac, DhcpMessageType type) => new()
    {
        MessageType = type,
        HardwareAddress = mac,
        IsPxe = true,
        Architecture = ClientArchitecture.X64Uefi,
        Interface = "eth0",
        ServerAddress = Rack.Server,
        Subnet = Rack.Subnet,
    };
}
