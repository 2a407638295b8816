using System.Net;
using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>Known clients go before those that anybody can make up.</summary>
public sealed class FirstTests
{
    private readonly ServerUnderTest _server = new();

    [Fact]
    public void A_client_that_goes_first_gets_what_strangers_were_offered_and_have_not_taken()
    {
        for (var i = 10; i < 14; i++)
            Assert.Equal(DhcpMessageType.Offer, Offer(Mac(i))?.Type);
        Assert.Null(Offer(Mac(20)));
        _server.Policy.Machines[Mac1] = new DhcpDecision { Holder = "node", GoesFirst = true };
        Assert.Equal("10.0.0.100", _server.Lease(Mac1)); // the oldest offer
        Assert.Equal(DhcpMessageType.Nak, Take("10.0.0.100", Mac(10))?.Type);
        Assert.Equal(DhcpMessageType.Ack, Take("10.0.0.101", Mac(11))?.Type);
    }

    [Fact]
    public void What_strangers_took_stays_theirs_and_what_was_offered_to_those_that_go_first_too()
    {
        for (var i = 10; i < 13; i++)
            Assert.NotNull(_server.Lease(Mac(i)));
        _server.Policy.Machines[Mac1] = new DhcpDecision { Holder = "one", GoesFirst = true };
        _server.Policy.Machines[Mac2] = new DhcpDecision { Holder = "two", GoesFirst = true };
        Assert.Equal("10.0.0.103", Offer(Mac1)?.Yours);
        Assert.Null(Offer(Mac2));
    }

    [Fact]
    public void An_offer_is_in_line_once_however_often_it_is_made_again()
    {
        for (var round = 0; round < 100; round++)
            for (var i = 10; i < 14; i++)
                Assert.NotNull(Offer(Mac(i)));
        _server.Policy.Machines[Mac1] = new DhcpDecision { Holder = "node", GoesFirst = true };
        Assert.Equal("10.0.0.100", Offer(Mac1)?.Yours);
    }

    [Fact]
    public void A_client_that_the_policy_comes_to_know_between_offer_and_request_keeps_what_it_was_offered()
    {
        var offer = Offer(Mac1)!;
        _server.Policy.Machines[Mac1] = new DhcpDecision { Holder = "node" };
        Assert.Equal(DhcpMessageType.Ack, Take(offer.Yours, Mac1)?.Type);
        Assert.Equal("node", Assert.Single(_server.Store.Load()).Holder);
        _server.Policy.Machines[Mac2] = new DhcpDecision { Holder = "other" };
        Assert.Equal(DhcpMessageType.Nak, Take(offer.Yours, Mac2)?.Type);
    }

    [Fact]
    public void A_full_line_drops_its_oldest_message()
    {
        var line = new WaitingLine(2);
        Assert.Null(line.Add([1], From(1)));
        Assert.Null(line.Add([2], From(2)));
        Assert.Equal(From(1), line.Add([3], From(3)));
        Assert.Equal([2], line.Next(out _).ToArray());
        Assert.Equal([3], line.Next(out var source).ToArray());
        Assert.Equal(From(3), source);
        Assert.True(line.IsEmpty);
    }

    private static IPEndPoint From(int last) => new(new IPAddress([10, 0, 0, (byte)last]), 68);

    private Answer? Offer(string mac) => _server.Send(new ClientPacket(DhcpMessageType.Discover, mac));

    private Answer? Take(string address, string mac) =>
        _server.Send(new ClientPacket(DhcpMessageType.Request, mac).Requesting(address).From(ServerUnderTest.Address));
}
