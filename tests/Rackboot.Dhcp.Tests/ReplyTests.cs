using System.Net;
using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>What stands in a reply and where it goes.</summary>
public class ReplyTests
{
    private readonly ServerUnderTest _server = new();

    private Answer Offer(Action<ClientPacket> with)
    {
        var packet = new ClientPacket(DhcpMessageType.Discover);
        with(packet);
        return _server.Send(packet)!;
    }

    [Fact]
    public void A_client_without_an_address_is_reached_by_its_hardware_address()
    {
        var offer = Offer(_ => { });
        Assert.Equal(("10.0.0.100:68", true), (offer.To, offer.ByHardware));
    }

    [Fact]
    public void An_offer_repeats_no_address_that_the_client_says_it_uses()
    {
        var offer = Offer(p => p.Using("10.0.0.101").Requesting("10.0.0.101"));
        Assert.Equal(("10.0.0.101:68", 0u), (offer.To, offer.Message.ClientAddress));
        _server.Lease(Mac2);
        Assert.NotEqual(0u, _server.Renew("10.0.0.100", Mac2)!.Message.ClientAddress);
    }

    [Fact]
    public void The_broadcast_flag_is_honoured()
    {
        var offer = Offer(p => p.Broadcast());
        Assert.Equal(("255.255.255.255:68", false), (offer.To, offer.ByHardware));
        Assert.Equal(DhcpMessage.BroadcastFlag, offer.Message.Flags);
    }

    [Fact]
    public void A_relayed_client_is_answered_through_its_relay()
    {
        var offer = Offer(p => p.Relayed("10.0.0.2"));
        Assert.Equal(("10.0.0.2:67", false), (offer.To, offer.ByHardware));
        Assert.Equal("10.0.0.2", DhcpMessage.ToAddress(offer.Message.RelayAddress).ToString());
    }

    [Fact]
    public void A_relayed_refusal_is_to_be_broadcast_by_the_relay()
    {
        var nak = _server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("192.168.1.1").Relayed("10.0.0.2"))!;
        Assert.Equal((DhcpMessageType.Nak, "10.0.0.2:67", DhcpMessage.BroadcastFlag), (nak.Type, nak.To, nak.Message.Flags));
    }

    [Fact]
    public void A_refusal_is_broadcast_even_to_a_client_with_an_address()
    {
        var nak = _server.Renew("10.0.0.103", with: p => p.Requesting("10.0.0.103").Field(12, 192, 168, 9, 9))!;
        Assert.Equal((DhcpMessageType.Nak, "255.255.255.255:68"), (nak.Type, nak.To));
    }

    [Fact]
    public void A_refusal_holds_nothing_but_type_server_and_client_identifier()
    {
        var nak = _server.Send(new ClientPacket(DhcpMessageType.Request).Requesting("192.168.1.1").ClientId(1, 2, 3).Pxe())!;
        var present = Enum.GetValues<DhcpOption>().Where(nak.Has);
        Assert.Equal([DhcpOption.MessageType, DhcpOption.ServerIdentifier, DhcpOption.ClientIdentifier], present);
    }

    [Fact]
    public void Lease_times_and_network_options_stand_in_an_offer()
    {
        var offer = Offer(_ => { });
        Assert.Equal("00000e10", offer.Hex(DhcpOption.LeaseTime));
        Assert.Equal("00000708", offer.Hex(DhcpOption.RenewalTime));
        Assert.Equal("00000c4e", offer.Hex(DhcpOption.RebindingTime));
        Assert.Equal(
            ("255.255.255.0", "10.0.0.254", "10.0.0.53", "10.0.0.1"),
            (offer.Address(DhcpOption.SubnetMask), offer.Address(
                DhcpOption.Router), offer.Address(DhcpOption.DomainNameServer), offer.Address(DhcpOption.ServerIdentifier)));
    }

    [Fact]
    public void Client_identifier_and_uuid_come_back()
    {
        var offer = Offer(p => p.ClientId(1, 2, 3, 4).Pxe());
        Assert.Equal("01020304", offer.Hex(DhcpOption.ClientIdentifier));
        Assert.Equal("000102030405060708090a0b0c0d0e0f10", offer.Hex(DhcpOption.ClientUuid));
    }

    [Fact]
    public void Relay_information_comes_back_as_it_came_and_last()
    {
        byte[] information = [1, 4, 0xde, 0xad, 0xbe, 0xef, 2, 2, 7, 7, 151, 0];
        var offer = Offer(p => p.Relayed("10.0.0.2").With(DhcpOption.RelayAgentInformation, information));
        byte[] end = [82, 12, .. information, 255];
        Assert.Equal(end, offer.Packet.TrimEnd((byte)0).ToArray()[^end.Length..]);
        Assert.Equal(("deadbeef", "0707"), (Convert.ToHexStringLower(
            _server.Policy.LastAsked!.CircuitId.Span), Convert.ToHexStringLower(_server.Policy.LastAsked.RemoteId.Span)));
    }

    [Fact]
    public void Relay_information_comes_back_where_nothing_else_has_room()
    {
        var information = Enumerable.Repeat((byte)0, 253).Prepend((byte)251).Prepend((byte)9).ToArray();
        var offer = Offer(p => p.Relayed("10.0.0.2").With(DhcpOption.RelayAgentInformation, information).ClientId(new byte[200]));
        Assert.Equal(information, offer.Message.Option(DhcpOption.RelayAgentInformation).ToArray());
        Assert.InRange(offer.Length, 300, 548);
    }

    [Fact]
    public void The_relay_chooses_subnet_and_server_identifier()
    {
        var other = ServerUnderTest.Pool("10.7.0.10", "10.7.0.20", network: "10.7.0.0/24");
        var server = new ServerUnderTest(more: other);
        byte[] information = [5, 4, 10, 7, 0, 0, 11, 4, 10, 7, 0, 2];

        var offer = server.Send(
            new ClientPacket(DhcpMessageType.Discover).Relayed("10.0.0.2").With(DhcpOption.RelayAgentInformation, information))!;
        var ack = server.Send(new ClientPacket(DhcpMessageType.Request).Requesting(offer.Yours).From("10.7.0.2").Relayed("10.0.0.2")
            .With(DhcpOption.RelayAgentInformation, information))!;

        Assert.Equal(("10.7.0.10", "10.7.0.2", DhcpMessageType.Ack), (offer.Yours, offer.Address(DhcpOption.ServerIdentifier), ack.Type));
    }

    [Fact]
    public void Subnets_are_told_apart_by_relay_then_by_client_address_then_by_interface()
    {
        var other = ServerUnderTest.Pool("10.7.0.10", "10.7.0.20", network: "10.7.0.0/24");
        var server = new ServerUnderTest(more: other);
        Assert.Equal("10.7.0.10", server.Send(new ClientPacket(DhcpMessageType.Discover, Mac2).Relayed("10.7.0.2"))!.Yours);
        Assert.Equal("10.0.0.100", server.Send(new ClientPacket(DhcpMessageType.Discover))!.Yours);
        Assert.Equal("10.7.0.0/24", Ask(new ClientPacket(DhcpMessageType.Inform).Using("10.7.0.99")));
        Assert.Equal("10.0.0.0/24", Ask(new ClientPacket(DhcpMessageType.Inform).Using("172.16.0.1")));
        Assert.Null(server.Send(new ClientPacket(DhcpMessageType.Discover).Relayed("172.16.0.1")));

        string Ask(ClientPacket packet)
        {
            server.Send(packet);
            return server.Policy.LastAsked!.Subnet.ToString();
        }
    }

    [Fact]
    public void A_client_that_allows_more_gets_more_than_548_bytes_and_never_more_than_it_allows()
    {
        _server.Policy.ForOthers = new DhcpDecision { Boot = new DhcpBootFile("http://10.0.0.1/" + new string('x', 400)) };
        var small = Offer(p => p.Pxe());
        var large = Offer(p => p.Pxe().With(DhcpOption.MaximumMessageSize, 0x05, 0xc0));
        Assert.False(small.Has(DhcpOption.BootFileName));
        Assert.InRange(small.Length, 300, 548);
        Assert.Equal(416, large.Text(DhcpOption.BootFileName).TrimEnd('\0').Length);
        Assert.InRange(large.Length, 549, 0x5c0 - 28);
    }

    [Fact]
    public void A_host_name_is_sent()
    {
        _server.Policy.ForOthers = new DhcpDecision { HostName = "node-01" };
        Assert.Equal("node-01", Offer(_ => { }).Text(DhcpOption.HostName));
    }

    [Fact]
    public void Time_servers_are_sent_to_whoever_asks_for_them()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool() with { Ntp = [IPAddress.Parse("10.0.0.123")] });
        Assert.False(server.Send(new ClientPacket(DhcpMessageType.Discover).Asking(DhcpOption.Router))!.Has(DhcpOption.NtpServers));
        Assert.Equal("10.0.0.123",
            server.Send(new ClientPacket(DhcpMessageType.Discover).Asking(DhcpOption.NtpServers))!.Address(DhcpOption.NtpServers));
    }
}
