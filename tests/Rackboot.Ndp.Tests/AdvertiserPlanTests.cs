using System.Net;

namespace Rackboot.Ndp.Tests;

/// <summary>When the advertiser listens, speaks and is silent. The clock is a number.</summary>
public sealed class AdvertiserPlanTests
{
    private static readonly IPAddress Router = IPAddress.Parse("fe80::9"), Other = IPAddress.Parse("fe80::8");
    private static readonly RouterAdvertisement Real = new() { RouterLifetime = 1800 };

    private readonly AdvertiserPlan _plan = new(new Random(1));
    private TimeSpan _now = TimeSpan.FromDays(3);

    [Fact]
    public void It_asks_three_times_before_it_speaks()
    {
        var began = _now;
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal([new Outgoing(IsSolicitation: true, AdvertiserPlan.AllRouters)], Next());
            _plan.Asked(Host(1), _now); // not answered: a router may be about to
            Assert.Empty(_plan.Next(_now));
        }

        Assert.Equal([ToAll], Next());
        Assert.Equal(AdvertiserState.Advertising, _plan.State);
        Assert.Equal(TimeSpan.FromSeconds(9), _now - began);
    }

    [Theory]
    [MemberData(nameof(Routers))]
    public void It_is_silent_once_a_router_speaks_that_offers_something(RouterAdvertisement real)
    {
        Advertise();
        _plan.Heard(real, Router, _now);
        _plan.Asked(Host(1), _now);
        Assert.Equal((AdvertiserState.Silent, Router), (_plan.State, _plan.Router));
        Assert.Empty(_plan.Next(_now + TimeSpan.FromSeconds(20)));
    }

    public static TheoryData<RouterAdvertisement> Routers => new(
        Real, new RouterAdvertisement { Managed = true }, new RouterAdvertisement { Other = true },
        new RouterAdvertisement { OtherOptions = [NdpOption.RecursiveDnsServer] },
        new RouterAdvertisement { Prefixes = [new(IPAddress.Parse("2001:db8::"), 64, OnLink: true, Autonomous: true, 1, 1)] });

    [Fact]
    public void Another_that_offers_nothing_changes_nothing()
    {
        Advertise();
        _plan.Heard(new RouterAdvertisement(), Router, _now);
        Assert.Equal(AdvertiserState.Advertising, _plan.State);
    }

    [Fact]
    public void A_router_that_says_that_it_ends_is_not_waited_for_yet_it_listens_before_it_speaks()
    {
        Advertise();
        _plan.Heard(Real, Router, _now);
        _plan.Heard(Real with { RouterLifetime = 0 }, Router, _now);
        Assert.Equal(AdvertiserState.Listening, _plan.State);
        Assert.Equal(9, SecondsUntilItSpeaks());
        Assert.Null(_plan.Router);
    }

    [Fact]
    public void Another_host_cannot_end_a_router()
    {
        Advertise();
        _plan.Heard(Real, Router, _now);
        _plan.Heard(new RouterAdvertisement(), Other, _now);
        Assert.Equal(AdvertiserState.Silent, _plan.State);
    }

    [Theory]
    [InlineData(30, 39)]
    [InlineData(9000, 1809)]
    [InlineData(0, 1809)]
    public void A_router_that_is_not_heard_again_is_forgotten_after_its_lifetime_and_half_an_hour_at_most(int lifetime, int speaksAfter)
    {
        Advertise();
        _plan.Heard(new RouterAdvertisement { RouterLifetime = (ushort)lifetime, Managed = true }, Router, _now);
        Assert.Equal(speaksAfter, SecondsUntilItSpeaks());
    }

    [Fact]
    public void A_router_that_answers_when_it_listens_anew_keeps_it_silent()
    {
        Advertise();
        _plan.Heard(Real, Router, _now);
        Assert.True(Assert.Single(Next()).IsSolicitation);
        _plan.Heard(Real, Router, _now);
        Assert.Equal(AdvertiserState.Silent, _plan.State);
    }

    [Fact]
    public void It_speaks_unasked_every_three_to_seven_seconds()
    {
        Advertise();
        for (var i = 0; i < 100; i++)
        {
            var last = _now;
            Assert.Equal([ToAll], Next());
            Assert.InRange(_now - last, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7));
        }
    }

    [Fact]
    public void Who_asks_is_answered_within_100_ms_and_advertisements_to_all_stay_three_seconds_apart()
    {
        Advertise();
        var random = new Random(2);
        var toAll = _now;
        for (var i = 0; i < 300; i++)
        {
            _now += TimeSpan.FromMilliseconds(random.Next(400));
            if (_now >= _plan.Due)
                toAll = Note(_plan.Next(_now), toAll);
            var asked = _now;
            _plan.Asked(Host(i), _now);
            _now = Max(_now, _plan.Due);
            var sent = _plan.Next(_now);
            toAll = Note(sent, toAll);
            Assert.Contains(sent, s => s.Destination.Equals(Host(i)) || s == ToAll);
            Assert.InRange(_now - asked, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        }
    }

    [Fact]
    public void Who_has_no_address_yet_is_answered_by_the_next_to_all()
    {
        Advertise();
        _plan.Asked(IPAddress.IPv6Any, _now);
        Assert.Equal(TimeSpan.FromSeconds(3), _plan.Due - _now);
        Assert.Equal([ToAll], Next());
    }

    [Fact]
    public void A_flood_of_questions_leads_to_64_answers_and_one_to_all()
    {
        Advertise();
        for (var i = 0; i < 10_000; i++)
            _plan.Asked(Host(i), _now);
        Assert.Equal(64, Next().Count);
        for (var i = 0; i < 10_000; i++)
            _plan.Asked(Host(i), _now);
        Assert.Equal([ToAll], Next());
        Assert.Empty(_plan.Next(_now));
    }

    private static Outgoing ToAll => new(IsSolicitation: false, AdvertiserPlan.AllNodes);

    private static IPAddress Host(int number) => new([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, (byte)(number >> 8), (byte)number]);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Advertise()
    {
        while (_plan.State != AdvertiserState.Advertising)
            Next();
    }

    private IReadOnlyList<Outgoing> Next()
    {
        _now = Max(_now, _plan.Due);
        return _plan.Next(_now);
    }

    private int SecondsUntilItSpeaks()
    {
        var began = _now;
        while (_plan.State != AdvertiserState.Advertising)
            Next();
        return (int)(_now - began).TotalSeconds;
    }

    private TimeSpan Note(IReadOnlyList<Outgoing> sent, TimeSpan toAll)
    {
        if (!sent.Contains(ToAll))
            return toAll;
        Assert.True(_now - toAll >= TimeSpan.FromSeconds(3));
        return _now;
    }
}
