using System.Net;
using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>Who gets which address: pools, reservations, holders with many client identifiers.</summary>
public class LeaseTests
{
    private const string Machine = "machine:node-01";

    private readonly ServerUnderTest _server = new();

    [Fact]
    public void One_machine_keeps_one_address_however_many_client_identifiers_it_shows()
    {
        _server.Policy.Know(Machine, null, Mac1);

        var firmware = _server.Lease(with: p => p.Pxe());
        var ipxe = _server.Lease(with: p => p.ClientId(1, 0x52, 0x54, 0, 0, 0, 1).With(DhcpOption.UserClass, "iPXE"));
        var system = _server.Lease(with: p => p.ClientId(255, 1, 2, 3, 4));

        Assert.Equal(("10.0.0.100", "10.0.0.100", "10.0.0.100"), (firmware, ipxe, system));
        Assert.Equal(Machine, Assert.Single(_server.Leases).Holder);
    }

    [Fact]
    public void Two_interfaces_of_a_machine_that_start_together_get_an_address_each()
    {
        _server.Policy.Know(Machine, "10.0.0.21", Mac1, Mac2);
        Assert.Equal("10.0.0.21", _server.Send(new ClientPacket(DhcpMessageType.Discover, Mac1))!.Yours);
        Assert.Equal("10.0.0.100", _server.Lease(Mac2));
        Assert.Equal("10.0.0.21", _server.Lease(Mac1));
        Assert.All(_server.Leases, l => Assert.Equal(Machine, l.Holder));

        var again = new ServerUnderTest(policy: _server.Policy, store: _server.Store, time: _server.Time);
        Assert.Equal(DhcpMessageType.Ack, again.Renew("10.0.0.21", Mac1)!.Type);
        Assert.Equal(DhcpMessageType.Ack, again.Renew("10.0.0.100", Mac2)!.Type);
        Assert.Equal(("10.0.0.21", "10.0.0.100"), (again.Lease(Mac1), again.Lease(Mac2)));
    }

    [Fact]
    public void Another_interface_takes_the_machines_address_when_the_lease_ran_out()
    {
        _server.Policy.Know(Machine, null, Mac1, Mac2);
        _server.Lease(Mac1);
        Assert.Equal(DhcpMessageType.Nak, _server.InitReboot("10.0.0.100", Mac2)!.Type);
        _server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("10.0.0.100", _server.Lease(Mac2));
    }

    [Fact]
    public void Unknown_clients_are_told_apart_by_client_identifier()
    {
        Assert.Equal("10.0.0.100", _server.Lease(with: p => p.ClientId(1)));
        Assert.Equal("10.0.0.101", _server.Lease(with: p => p.ClientId(2)));
        Assert.Equal("10.0.0.100", _server.Lease(Mac2, p => p.ClientId(1)));
    }

    [Theory]
    [InlineData("10.0.0.21", "outside the range")]
    [InlineData("10.0.0.102", "inside the range")]
    public void A_machine_gets_its_reserved_address(string reserved, string where)
    {
        _server.Policy.Know(Machine, reserved, Mac1);
        Assert.True(_server.Lease() == reserved, where);
    }

    [Fact]
    public void A_reserved_address_is_given_to_nobody_else()
    {
        _server.Policy.Know(Machine, "10.0.0.101", Mac1);
        Assert.Equal(["10.0.0.100", "10.0.0.102", "10.0.0.103", null],
            Enumerable.Range(11, 4).Select(i => _server.Lease(Mac(i), wish: "10.0.0.101")));
        Assert.Equal("10.0.0.101", _server.Lease());
    }

    [Fact]
    public void An_address_goes_back_to_the_pool_when_its_reservation_is_removed()
    {
        _server.Policy.Know(Machine, "10.0.0.101", Mac1);
        for (var i = 11; i <= 13; i++)
            _server.Lease(Mac(i));
        Assert.Null(_server.Lease(Mac(14)));

        _server.Policy.Machines.Clear();
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("10.0.0.101", _server.Lease(Mac(14)));
    }

    [Fact]
    public void While_somebody_else_has_its_reserved_address_a_machine_gets_one_of_the_pool()
    {
        Assert.Equal("10.0.0.100", _server.Lease(Mac2));
        _server.Policy.Know(Machine, "10.0.0.100", Mac1);
        Assert.Equal("10.0.0.101", _server.Lease());

        // The squatter is told at its renewal, and then the address is the machine's.
        Assert.Equal(DhcpMessageType.Nak, _server.Renew("10.0.0.100", Mac2)!.Type);
        Assert.Equal("10.0.0.102", _server.Lease(Mac2));
        _server.Release("10.0.0.100", Mac2);
        _server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("10.0.0.100", _server.Lease());
    }

    [Fact]
    public void A_machine_moves_to_a_new_reservation_when_it_starts_and_not_while_it_runs()
    {
        _server.Policy.Know(Machine, null, Mac1);
        Assert.Equal("10.0.0.100", _server.Lease());
        _server.Policy.Know(Machine, "10.0.0.21", Mac1);

        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
        Assert.Equal(DhcpMessageType.Nak, _server.InitReboot("10.0.0.100")!.Type);
        Assert.Equal("10.0.0.21", _server.Lease());
        Assert.Equal(
            [("10.0.0.100", LeaseState.Released), ("10.0.0.21", LeaseState.Bound)],
            _server.Store.Load().Select(l => (l.Address.ToString(), l.State)).Order());
    }

    [Fact]
    public void Init_reboot_with_its_reserved_address_needs_no_record() =>
        Assert.Equal(DhcpMessageType.Ack, WithReservation("10.0.0.21").InitReboot("10.0.0.21")!.Type);

    [Fact]
    public void A_client_keeps_its_address_when_it_becomes_a_known_machine_and_when_it_is_forgotten()
    {
        Assert.Equal("10.0.0.100", _server.Lease());
        _server.Policy.Know(Machine, null, Mac1);
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
        Assert.Equal("10.0.0.100", _server.Lease());
        Assert.Equal(Machine, Assert.Single(_server.Leases).Holder);

        _server.Policy.Machines.Clear();
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
        Assert.Equal("10.0.0.100", _server.Lease());
    }

    [Fact]
    public void A_client_that_becomes_a_known_machine_finds_its_address_without_naming_it()
    {
        Assert.Equal("10.0.0.100", _server.Lease());
        _server.Lease(Mac2);
        _server.Policy.Know(Machine, null, Mac1);
        Assert.Equal("10.0.0.100", _server.Lease());
    }

    [Fact]
    public void Addresses_that_nobody_had_are_given_before_used_ones_and_the_longest_free_of_those_first()
    {
        var given = Enumerable.Range(1, 3).Select(i => _server.Lease(Mac(i))).ToList();
        _server.Release("10.0.0.101", Mac(2));
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        _server.Release("10.0.0.100", Mac(1));
        _server.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["10.0.0.100", "10.0.0.101", "10.0.0.102"], given);
        Assert.Equal(["10.0.0.103", "10.0.0.101", "10.0.0.100", null], Enumerable.Range(11, 4).Select(i => _server.Lease(Mac(i))));
    }

    [Fact]
    public void An_offer_that_is_not_taken_comes_free()
    {
        for (var i = 1; i <= 4; i++)
            _server.Send(new ClientPacket(DhcpMessageType.Discover, Mac(i)));
        Assert.Null(_server.Lease(Mac(5)));
        _server.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.NotNull(_server.Lease(Mac(5)));
    }

    [Fact]
    public void An_expired_lease_is_given_to_somebody_else_and_its_record_replaced()
    {
        for (var i = 1; i <= 4; i++)
            _server.Lease(Mac(i));
        _server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("10.0.0.100", _server.Lease(Mac(5)));
        Assert.Equal(Mac(5), _server.Store.Load().Single(l => l.Address.ToString() == "10.0.0.100").HardwareAddress);
    }

    [Fact]
    public void The_server_the_router_and_the_ends_of_the_network_are_given_to_nobody()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.0.0.0", "10.0.0.2"));
        Assert.Equal(["10.0.0.2", null], Enumerable.Range(1, 2).Select(i => server.Lease(Mac(i))));
        var high = new ServerUnderTest(ServerUnderTest.Pool("10.0.0.253", "10.0.0.255"));
        Assert.Equal(["10.0.0.253", null], Enumerable.Range(1, 2).Select(i => high.Lease(Mac(i))));
    }

    [Fact]
    public void A_subnet_without_a_range_serves_reservations_only()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool() with { Range = null });
        server.Policy.Know(Machine, "10.0.0.21", Mac1);
        Assert.Equal("10.0.0.21", server.Lease());
        Assert.Null(server.Lease(Mac2));
        Assert.Contains("no range", server.Observer.LastReason);
    }

    [Fact]
    public void After_a_restart_every_client_has_its_address_and_nobody_else_gets_it()
    {
        for (var i = 1; i <= 3; i++)
            _server.Lease(Mac(i));
        _server.Decline("10.0.0.101", Mac(2));

        var again = new ServerUnderTest(store: _server.Store, time: _server.Time);

        Assert.Equal("10.0.0.103", again.Lease(Mac(9)));
        Assert.Null(again.Lease(Mac(10)));
        Assert.Equal(DhcpMessageType.Ack, again.Renew("10.0.0.100", Mac(1))!.Type);
        Assert.Equal(DhcpMessageType.Ack, again.InitReboot("10.0.0.102", Mac(3))!.Type);
        Assert.Equal(DhcpMessageType.Nak, again.InitReboot("10.0.0.101", Mac(2))!.Type);
    }

    [Fact]
    public void Leases_stay_when_the_subnet_grows()
    {
        _server.Lease();
        var wider = ServerUnderTest.Pool("10.0.0.100", "10.0.1.200", network: "10.0.0.0/23") with { Router = null };
        _server.Engine.Reconfigure([wider]);

        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
        Assert.Equal("10.0.0.100", _server.Lease());
        Assert.Equal("10.0.0.101", _server.Lease(Mac2));
        Assert.Equal("10.0.0.100", new ServerUnderTest(wider, store: _server.Store, time: _server.Time).Lease());
    }

    [Fact]
    public void A_client_that_leaves_the_range_when_it_shrinks_keeps_its_lease()
    {
        _server.Lease(wish: "10.0.0.103");
        _server.Engine.Reconfigure([ServerUnderTest.Pool("10.0.0.100", "10.0.0.101")]);
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.103")!.Type);
        Assert.Equal(["10.0.0.100", "10.0.0.101", null], Enumerable.Range(11, 3).Select(i => _server.Lease(Mac(i))));
    }

    [Fact]
    public void Clients_that_come_and_go_for_ever_do_not_fill_the_queue_of_free_addresses()
    {
        var table = new LeaseTable(TimeSpan.FromMinutes(1), _ => null);
        var subnet = ServerUnderTest.Pool();
        var now = DateTimeOffset.UnixEpoch;
        for (var i = 0; i < 50_000; i++, now += TimeSpan.FromMilliseconds(1))
        {
            var entry = table.Choose(subnet, LeaseClaim.OfStranger($"id:{i}", Mac1), null, 0, now)!.Value;
            table.Bind(entry, subnet, Mac1, now);
            table.Release(entry, now);
        }

        Assert.Equal(4, table.Count);
        Assert.InRange(table.Queued, 1, 4 * 4 + 1024 + 4);
    }

    [Fact]
    public void A_pool_of_65_thousand_addresses_is_given_out_once_each()
    {
        var table = new LeaseTable(TimeSpan.FromMinutes(1), _ => null);
        var subnet = ServerUnderTest.Pool() with { Network = IPNetwork.Parse("10.0.0.0/16"),
            Range = new AddressRange(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.255.254")), Router = null };
        var given = new HashSet<uint>();
        for (var i = 0; i < 65_534; i++)
            Assert.True(
                given.Add(table.Choose(subnet, LeaseClaim.OfStranger($"id:{i}", Mac1), null, 0, DateTimeOffset.UnixEpoch)!.Value.Address));
        Assert.Null(table.Choose(subnet, LeaseClaim.OfStranger("id:one more", Mac1), null, 0, DateTimeOffset.UnixEpoch));
    }

    private ServerUnderTest WithReservation(string address)
    {
        _server.Policy.Know(Machine, address, Mac1);
        return _server;
    }
}
