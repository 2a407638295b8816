using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class SightingsTests
{
    private static readonly Fact Exhausted = new(FactKind.PoolExhausted, "10.20.0.0/24");

    [Fact]
    public void What_repeats_is_counted_with_its_first_and_last_time()
    {
        var clock = new Clock();
        var sightings = new Sightings(clock);
        for (var i = 0; i < 3; i++, clock.Pass(10))
            sightings.Add(Rack.Mac(1), Exhausted, "asks");
        Assert.Equal(new Sighting(Exhausted, "asks", 3, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10)),
            Assert.Single(sightings.Of(Rack.Mac(1))));
        Assert.Empty(sightings.Of(Rack.Mac(2)));
        Assert.Empty(sightings.At(IPAddress.Loopback));
    }

    [Fact]
    public void Strangers_that_ask_once_push_out_nobody_who_asks_again()
    {
        var sightings = new Sightings(new Clock());
        sightings.Add(Rack.Mac(1), Exhausted, "asks");
        sightings.Add(Rack.Mac(1), Exhausted, "asks");
        sightings.Add(Rack.Mac(2), Exhausted, "asks once");
        for (var i = 0; i < 3 * Sightings.Most; i++)
            sightings.Add(Rack.Mac(1000 + i), Exhausted, "flood");
        Assert.Equal(2, Assert.Single(sightings.Of(Rack.Mac(1))).Count);
        Assert.Empty(sightings.Of(Rack.Mac(2)));
        Assert.Equal(Sightings.Most - 1, Enumerable.Range(0, 3 * Sightings.Most).Count(i => sightings.Of(Rack.Mac(1000 + i)).Count > 0));
    }

    [Fact]
    public void A_card_that_says_ever_new_things_keeps_the_newest()
    {
        var sightings = new Sightings(new Clock());
        for (var i = 0; i < 100; i++)
            sightings.Add(Rack.Mac(1), new Fact(FactKind.FileMissing, $"file-{i}"), new string('x', 100_000));
        Assert.Equal(["file-94", "file-95", "file-96", "file-97", "file-98", "file-99"],
            sightings.Of(Rack.Mac(1)).Select(s => s.Fact.About));
        Assert.All(sightings.Of(Rack.Mac(1)), s => Assert.InRange(s.Text.Length, 1, 1024));
    }
}
