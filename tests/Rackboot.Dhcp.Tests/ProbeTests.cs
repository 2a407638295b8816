using System.Net;
using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>RFC 2131 §2.2: an address is probed before it is offered for the first time.</summary>
public class ProbeTests
{
    private readonly ServerUnderTest _server = new(probe: ConflictProbe.Auto);

    private static byte[] Discover(string mac = Mac1) => new ClientPacket(DhcpMessageType.Discover, mac).Build();

    [Fact]
    public void The_first_offer_waits_for_a_probe()
    {
        Assert.Equal("10.0.0.100", _server.Handle(Discover()).Probe?.ToString());
        _server.Engine.ProbeSilent(IPAddress.Parse("10.0.0.100"));
        Assert.Equal("10.0.0.100", new Answer(_server.Handle(Discover()).Reply!).Yours);
    }

    [Fact]
    public void An_address_that_answers_is_put_aside_and_the_next_one_probed()
    {
        _server.Handle(Discover());
        var quarantine = _server.Engine.ProbeAnswered(IPAddress.Parse("10.0.0.100")).Commit!;

        Assert.Equal((LeaseState.Declined, _server.Time.GetUtcNow() + TimeSpan.FromMinutes(10)), (quarantine.State, quarantine.Expires));
        Assert.Equal("10.0.0.100", Assert.Single(_server.Observer.Conflicts).ToString());
        Assert.Equal("10.0.0.101", _server.Handle(Discover()).Probe?.ToString());
    }

    [Fact]
    public void A_holder_on_record_is_not_probed()
    {
        Lease();
        _server.Release("10.0.0.100");
        _server.Time.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(_server.Handle(Discover()).Reply);
    }

    [Fact]
    public void The_next_holder_of_an_address_is_probed_again()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.0.0.100", "10.0.0.100"), ConflictProbe.Auto);
        server.Handle(Discover());
        server.Engine.ProbeSilent(IPAddress.Parse("10.0.0.100"));
        server.Lease();
        server.Release("10.0.0.100");
        server.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("10.0.0.100", server.Handle(Discover(Mac2)).Probe?.ToString());
    }

    [Fact]
    public void A_reserved_address_that_answers_is_put_aside_and_the_machine_gets_one_of_the_pool()
    {
        _server.Policy.Know("machine:a", "10.0.0.21", Mac1);
        Assert.Equal("10.0.0.21", _server.Handle(Discover()).Probe?.ToString());
        Assert.NotNull(_server.Engine.ProbeAnswered(IPAddress.Parse("10.0.0.21")).Commit);
        Assert.Equal("10.0.0.100", _server.Handle(Discover()).Probe?.ToString());
    }

    [Fact]
    public void An_answer_that_comes_after_the_address_was_taken_ends_no_lease()
    {
        Lease();
        Assert.Null(_server.Engine.ProbeAnswered(IPAddress.Parse("10.0.0.100")).Commit);
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100")!.Type);
    }

    [Fact]
    public void Another_interface_takes_the_machines_address_when_the_first_fell_silent()
    {
        _server.Policy.Know("machine:a", null, Mac1, Mac2);
        Lease();
        _server.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("10.0.0.100", _server.Handle(Discover(Mac2)).Probe?.ToString());
        _server.Engine.ProbeSilent(IPAddress.Parse("10.0.0.100"));
        Assert.Equal("10.0.0.100", _server.Lease(Mac2));
        Assert.Equal(DhcpMessageType.Nak, _server.Renew("10.0.0.100", Mac1)!.Type);
    }

    [Fact]
    public void Another_interface_gets_an_address_of_its_own_while_the_first_answers()
    {
        _server.Policy.Know("machine:a", null, Mac1, Mac2);
        Lease();
        _server.Time.Advance(TimeSpan.FromSeconds(30));

        _server.Handle(Discover(Mac2));
        Assert.Null(_server.Engine.ProbeAnswered(IPAddress.Parse("10.0.0.100")).Commit);
        Assert.Equal("10.0.0.101", _server.Handle(Discover(Mac2)).Probe?.ToString());
        _server.Engine.ProbeSilent(IPAddress.Parse("10.0.0.101"));
        Assert.Equal("10.0.0.101", _server.Lease(Mac2));
        Assert.Equal(DhcpMessageType.Ack, _server.Renew("10.0.0.100", Mac1)!.Type);
        Assert.Empty(_server.Observer.Conflicts);
    }

    private void Lease()
    {
        _server.Handle(Discover());
        _server.Engine.ProbeSilent(IPAddress.Parse("10.0.0.100"));
        Assert.Equal("10.0.0.100", _server.Lease());
    }
}
