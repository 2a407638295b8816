using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>RFC 2131 §4.3: what each message leads to in each state.</summary>
public class RequestStateTests
{
    private readonly ServerUnderTest _server = new();

    [Fact]
    public void Discover_request_gives_a_lease_that_is_committed()
    {
        Assert.Equal("10.0.0.100", _server.Lease());

        var lease = Assert.Single(_server.Store.Load());
        Assert.Equal((LeaseState.Bound, Mac1, "10.0.0.100"), (lease.State, lease.HardwareAddress, lease.Address.ToString()));
        Assert.Equal(_server.Time.GetUtcNow() + TimeSpan.FromHours(1), lease.Expires);
    }

    [Fact]
    public void An_offer_is_not_stored()
    {
        Assert.Equal(DhcpMessageType.Offer, _server.Send(new ClientPacket(DhcpMessageType.Discover))!.Type);
        Assert.Empty(_server.Store.Load());
    }

    [Fact]
    public void Discover_gets_the_address_it_wishes_if_that_is_free() => Assert.Equal("10.0.0.102", _server.Lease(wish: "10.0.0.102"));

    [Fact]
    public void Discover_that_wishes_an_address_of_another_client_gets_another()
    {
        _server.Lease(Mac2, wish: "10.0.0.102");
        Assert.Equal("10.0.0.100", _server.Lease(wish: "10.0.0.102"));
    }

    [Theory]
    [InlineData("10.0.0.50", "outside the range")]
    [InlineData("10.9.9.9", "outside the subnet")]
    public void Discover_that_wishes_what_it_cannot_have_gets_an_address_of_the_range(string wish, string because) =>
        Assert.True(_server.Lease(wish: wish) == "10.0.0.100", because);

    [Fact]
    public void Selecting_another_address_than_offered_is_refused()
    {
        _server.Send(new ClientPacket(DhcpMessageType.Discover));
        Assert.Equal(DhcpMessageType.Nak,
            _server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.103").From(ServerUnderTest.Address))!.Type);
    }

    [Fact]
    public void Selecting_without_an_offer_is_refused() =>
        Assert.Equal(DhcpMessageType.Nak,
            _server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.100").From(ServerUnderTest.Address))!.Type);

    [Fact]
    public void Selecting_another_server_is_reported_and_frees_the_offer()
    {
        _server.Send(new ClientPacket(DhcpMessageType.Discover));
        Assert.Null(_server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.200").From("10.0.0.9")));

        var (client, other) = Assert.Single(_server.Observer.OtherServers);
        Assert.Equal(("10.0.0.9", "10.0.0.200"), (other.ToString(), client.RequestedAddress?.ToString()));
        Assert.Equal("10.0.0.100", _server.Lease(Mac2, wish: "10.0.0.100"));
    }

    [Fact]
    public void Selecting_another_server_leaves_a_running_lease_alone()
    {
        _server.Lease();
        _server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.200").From("10.0.0.9"));
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
    }

    [Fact]
    public void A_repeated_request_gets_the_same_answer()
    {
        _server.Lease();
        Assert.Equal(DhcpMessageType.Ack,
            _server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.100").From(ServerUnderTest.Address))!.Type);
    }

    [Fact]
    public void Renewing_prolongs_the_lease()
    {
        _server.Lease();
        _server.Time.Advance(TimeSpan.FromMinutes(30));

        var ack = _server.Renew("10.0.0.100")!;

        Assert.Equal((DhcpMessageType.Ack, "10.0.0.100", "10.0.0.100:68"), (ack.Type, ack.Yours, ack.To));
        Assert.Equal(_server.Time.GetUtcNow() + TimeSpan.FromHours(1), _server.Leases[0].Expires);
        Assert.Equal(_server.Time.GetUtcNow() - TimeSpan.FromMinutes(30), _server.Leases[0].Since);
    }

    [Fact]
    public void Renewing_client_keeps_its_address_when_the_pool_is_full()
    {
        for (var i = 1; i <= 4; i++)
            Assert.NotNull(_server.Lease(Mac(i)));
        Assert.Null(_server.Lease(Mac(5)));
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.101", Mac(2))!.Type);
    }

    [Fact]
    public void Rebinding_after_the_lease_ran_out_is_granted_while_nobody_has_the_address()
    {
        _server.Lease();
        _server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
    }

    [Fact]
    public void Renewing_an_address_that_another_has_by_now_is_refused()
    {
        _server.Lease();
        _server.Time.Advance(TimeSpan.FromHours(2));
        for (var i = 11; i <= 14; i++)
            _server.Lease(Mac(i));
        Assert.Equal(DhcpMessageType.Nak, _server.Renew("10.0.0.100")!.Type);
    }

    [Fact]
    public void Init_reboot_confirms_an_address_on_record()
    {
        _server.Lease();
        Assert.Equal(DhcpMessageType.Ack, _server.InitReboot("10.0.0.100")!.Type);
    }

    [Fact]
    public void Init_reboot_with_another_address_than_on_record_is_refused()
    {
        _server.Lease();
        Assert.Equal(DhcpMessageType.Nak, _server.InitReboot("10.0.0.103")!.Type);
    }

    [Fact]
    public void Init_reboot_from_the_wrong_network_is_refused_by_broadcast()
    {
        var nak = _server.InitReboot("192.168.7.7")!;
        Assert.Equal((DhcpMessageType.Nak, "255.255.255.255:68", "0.0.0.0"), (nak.Type, nak.To, nak.Yours));
    }

    [Fact]
    public void Init_reboot_of_a_client_it_knows_nothing_of_gets_silence()
    {
        Assert.Null(_server.InitReboot("10.0.0.102"));
        Assert.Contains("did not give it", _server.Observer.LastReason);
    }

    [Fact]
    public void Init_reboot_with_an_address_of_another_client_is_refused()
    {
        _server.Lease(Mac2);
        Assert.Equal(DhcpMessageType.Nak, _server.InitReboot("10.0.0.100")!.Type);
    }

    [Fact]
    public void Init_reboot_finds_its_lease_again_after_an_offer_of_it_to_another_came_to_nothing()
    {
        for (var i = 1; i <= 4; i++)
            _server.Lease(Mac(i));
        _server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("10.0.0.100", _server.Send(new ClientPacket(DhcpMessageType.Discover, Mac(9)))!.Yours);
        Assert.Equal(DhcpMessageType.Nak, _server.InitReboot("10.0.0.100", Mac(1))!.Type);
        _server.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(DhcpMessageType.Ack, _server.InitReboot("10.0.0.100", Mac(1))!.Type);
    }

    [Fact]
    public void A_request_that_names_no_address_gets_silence() => Assert.Null(_server.Send(new ClientPacket(DhcpMessageType.Request)));

    [Fact]
    public void Inform_gets_options_and_no_lease()
    {
        var ack = _server.Send(new ClientPacket(DhcpMessageType.Inform).Using("10.0.0.60"))!;

        Assert.Equal((DhcpMessageType.Ack, "0.0.0.0", "10.0.0.60:68"), (ack.Type, ack.Yours, ack.To));
        Assert.True(ack.Has(DhcpOption.DomainNameServer));
        Assert.False(ack.Has(DhcpOption.LeaseTime) || ack.Has(DhcpOption.RenewalTime));
        Assert.Empty(_server.Leases);
    }

    [Fact]
    public void Release_ends_the_lease_and_its_holder_gets_the_address_again()
    {
        _server.Lease();
        _server.Release("10.0.0.100");

        Assert.Equal(LeaseState.Released, Assert.Single(_server.Store.Load()).State);
        Assert.Equal("10.0.0.101", _server.Lease(Mac2));
        Assert.Equal("10.0.0.100", _server.Lease());
    }

    [Fact]
    public void What_is_released_or_declined_to_another_server_stays_with_its_client() // RFC 2131 §4.3.4, §4.4.6
    {
        Assert.Equal("10.0.0.100", _server.Lease());
        _server.Send(new ClientPacket(DhcpMessageType.Release).Using("10.0.0.100").From("10.0.0.2"));
        _server.Send(new ClientPacket(DhcpMessageType.Decline).Requesting("10.0.0.100").From("10.0.0.2"));
        Assert.Equal(LeaseState.Bound, Assert.Single(_server.Store.Load()).State);
        Assert.Equal("10.0.0.101", _server.Lease(Mac2, wish: "10.0.0.100"));
    }

    [Fact]
    public void Release_by_another_client_is_ignored()
    {
        _server.Lease();
        _server.Release("10.0.0.100", Mac2);
        Assert.Equal(LeaseState.Bound, _server.Leases[0].State);
    }

    [Fact]
    public void Decline_puts_the_address_aside_and_its_client_gets_another()
    {
        _server.Lease();
        _server.Decline("10.0.0.100");

        Assert.Equal(LeaseState.Declined, Assert.Single(_server.Store.Load()).State);
        Assert.Equal("10.0.0.100", Assert.Single(_server.Observer.Conflicts).ToString());
        Assert.Equal("10.0.0.101", _server.Lease());
    }

    [Fact]
    public void A_declined_address_comes_back_when_its_quarantine_is_over()
    {
        _server.Lease();
        _server.Decline("10.0.0.100");
        for (var i = 11; i <= 13; i++)
            Assert.NotNull(_server.Lease(Mac(i)));
        Assert.Null(_server.Lease(Mac(14)));
        _server.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("10.0.0.100", _server.Lease(Mac(14)));
    }

    [Fact]
    public void Decline_by_another_client_is_ignored()
    {
        _server.Lease();
        _server.Decline("10.0.0.100", Mac2);
        Assert.Equal(LeaseState.Bound, _server.Leases[0].State);
    }

    [Theory]
    [InlineData(DhcpMessageType.Offer)]
    [InlineData(DhcpMessageType.Ack)]
    [InlineData(DhcpMessageType.Nak)]
    public void What_only_servers_send_is_dropped(DhcpMessageType type) => Assert.Null(_server.Send(new ClientPacket(type)));

    [Fact]
    public void A_policy_that_says_nothing_silences_the_server()
    {
        _server.Policy.ForOthers = DhcpDecision.Silent("not accepted");
        Assert.Null(_server.Send(new ClientPacket(DhcpMessageType.Discover)));
        Assert.Equal("not accepted", _server.Observer.LastReason);
    }
}
