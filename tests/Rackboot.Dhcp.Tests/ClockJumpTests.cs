namespace Rackboot.Dhcp.Tests;

/// <summary>Somebody sets the clock by an hour or by ten years, either way: clients count their leases by clocks of their own.</summary>
public class ClockJumpTests
{
    public static TheoryData<TimeSpan> Jumps =>
        [TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(3653), TimeSpan.FromDays(-3653)];

    private readonly ServerUnderTest _server = new();

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Every_client_keeps_its_address_for_as_long_as_it_was_told_and_no_longer(TimeSpan jump)
    {
        var addresses = Enumerable.Range(1, 4).Select(i => _server.Lease(ClientPacket.Mac(i))!).ToList();
        _server.Time.Advance(TimeSpan.FromMinutes(20));
        _server.Time.Set(jump);
        Assert.Null(_server.Lease(ClientPacket.Mac(5)));
        Assert.Equal(addresses, Enumerable.Range(1, 4).Select(i => _server.Lease(ClientPacket.Mac(i))));
        Assert.All(_server.Leases, l => Assert.Equal(_server.Time.GetUtcNow() + TimeSpan.FromHours(1), l.Expires));

        Assert.Equal(DhcpMessageType.Ack, _server.Renew(addresses[0], ClientPacket.Mac(1))!.Type);
        _server.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Null(_server.Lease(ClientPacket.Mac(5)));
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains(_server.Lease(ClientPacket.Mac(5)), addresses);
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Whoever_asks_next_after_the_jump_gets_nobodys_address(TimeSpan jump)
    {
        var first = _server.Lease(ClientPacket.Mac(1));
        _server.Time.Set(jump);
        var others = Enumerable.Range(2, 3).Select(i => _server.Lease(ClientPacket.Mac(i))).ToList();
        Assert.DoesNotContain(first, others);
        Assert.DoesNotContain(null, others);
        Assert.Equal(_server.Time.GetUtcNow() + TimeSpan.FromHours(1), _server.Observer.Leases.First().Expires); // told anew
    }

    [Fact]
    public void A_server_that_starts_after_its_clock_was_set_back_withholds_no_address_for_years()
    {
        foreach (var i in Enumerable.Range(1, 4))
            _server.Lease(ClientPacket.Mac(i));
        _server.Time.Set(TimeSpan.FromDays(-3653));
        var again = new ServerUnderTest(store: _server.Store, time: _server.Time);
        Assert.Null(again.Lease(ClientPacket.Mac(5)));
        Assert.Equal("10.0.0.100", again.Lease(ClientPacket.Mac(1)));
        _server.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.NotNull(again.Lease(ClientPacket.Mac(5)));
    }
}
