namespace Rackboot.Dhcp.Tests;

/// <summary>A loop between switches sends everything twice; clients repeat themselves too, after seconds.</summary>
public sealed class RepetitionTests
{
    private readonly byte[] _discover = new ClientPacket(DhcpMessageType.Discover).Pxe().Build();

    [Fact]
    public void A_message_that_arrives_again_at_once_is_noticed_and_answered_the_same()
    {
        var server = new ServerUnderTest();
        var first = new Answer(server.Handle(_discover).Reply!).Yours;
        Assert.Equal(0, server.Observer.Twice);
        Assert.Equal(first, new Answer(server.Handle(_discover).Reply!).Yours);
        Assert.Equal(1, server.Observer.Twice);
    }

    [Fact]
    public void A_client_that_asks_again_and_another_client_are_no_loop()
    {
        var server = new ServerUnderTest();
        server.Handle(_discover);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        server.Handle(_discover);
        server.Handle(new ClientPacket(DhcpMessageType.Discover, ClientPacket.Mac2).Pxe().Build());
        Assert.Equal(0, server.Observer.Twice);
    }

    [Fact]
    public void A_message_that_is_handled_once_more_after_a_probe_did_not_arrive_twice()
    {
        var server = new ServerUnderTest(probe: ConflictProbe.Arp);
        server.Engine.ProbeSilent(server.Handle(_discover).Probe!);
        Assert.NotNull(server.Handle(_discover).Reply);
        Assert.Equal(0, server.Observer.Twice);
    }

    [Fact]
    public void Copies_that_waited_in_a_long_queue_are_no_loop()
    {
        var server = new ServerUnderTest();
        server.Handle(_discover, isLate: true);
        server.Handle(_discover, isLate: true);
        server.Handle(_discover);
        Assert.Equal(0, server.Observer.Twice);
    }
}
