using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

/// <summary>No flood of one kind of event pushes out another that matters, and none fills memory.</summary>
public sealed class EventRingTests
{
    [Fact]
    public async Task Ten_thousand_refusals_push_out_no_delivery_and_are_counted()
    {
        await using var rack = Rack.Start();
        rack.Events.Add("config.delivered", Level.Info, "node-01", "b1", "machine configuration delivered to 10.20.0.21");
        for (var i = 0; i < 10_100; i++)
            rack.Events.Add("config.refused", Level.Warning, null, null, $"machine configuration refused to 10.20.{i / 256}.{i % 256}: "
                + $"the token belongs to no current boot (it is from an earlier boot, or invented)");
        rack.Clock.Pass(61);
        rack.Events.Sweep();
        var kept = await EventsAsync(rack);
        Assert.Equal("config.delivered", kept[0].Kind);
        Assert.Equal(6, kept.Count(e => e.Kind == "config.refused"));
        Assert.StartsWith("10,095 similar events since ", kept[^1].Text, StringComparison.Ordinal);
        Assert.Equal(Level.Warning, kept[^1].Level);

        await rack.SettleAsync();
        await rack.RestartAsync();
        Assert.Equal(kept, await EventsAsync(rack));
    }

    [Fact]
    public async Task A_flood_whose_texts_are_all_different_pushes_out_no_other_kind_that_matters_for_security()
    {
        await using var rack = Rack.Start();
        rack.Events.Add("config.delivered", Level.Info, "node-01", "b1", "delivered");
        for (var i = 0; i < 30_000; i++)
        {
            rack.Events.Add("config.refused", Level.Warning, Letters(i), null, Letters(i));
            rack.Events.Add("machine.discovered", Level.Info, Letters(i), null, Letters(i));
            rack.Clock.Pass(1);
        }

        Assert.Contains(await EventsAsync(rack), e => e.Kind == "config.delivered");
    }

    [Fact]
    public async Task What_is_told_of_machines_one_by_one_is_not_counted_together()
    {
        await using var rack = Rack.Start();
        for (var i = 0; i < 100; i++)
        {
            rack.Events.Add("boot.stalled", Level.Warning, $"node-{i}", null, "nothing was heard for 90 s");
            rack.Events.Add("boot.stage", Level.Info, "node-1", null, $"kernel: {i}");
        }

        Assert.Equal(200, (await EventsAsync(rack)).Count);
    }

    [Fact]
    public async Task Texts_are_cut_and_events_are_bounded_by_their_bytes()
    {
        await using var rack = Rack.Start();
        for (var i = 0; i < 12_000; i++)
            rack.Events.Add("test", Level.Info, null, null, $"{i} {new string('x', 64_000)}");
        var kept = await EventsAsync(rack);
        Assert.All(kept, e => Assert.InRange(e.Text.Length, 1000, ShortText.MostBytes));
        Assert.InRange(kept.Sum(e => e.Text.Length), 3_000_000, 4 * 1024 * 1024);
        Assert.StartsWith("11999 ", kept[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("", "")]
    public void A_short_text_stays_as_it_is(string text, string expected) => Assert.Equal(expected, ShortText.Of(text));

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("😀")]
    public void A_long_text_is_cut_between_characters_to_what_may_be_kept(string unit)
    {
        var cut = ShortText.Of(string.Concat(Enumerable.Repeat(unit, 5000)));
        var bytes = System.Text.Encoding.UTF8.GetByteCount(cut);
        Assert.InRange(bytes, ShortText.MostBytes - 8, ShortText.MostBytes);
        Assert.EndsWith(" …", cut, StringComparison.Ordinal);
        Assert.Equal(cut, string.Concat(Enumerable.Repeat(unit, (cut.Length - 2) / unit.Length)) + " …");
    }

    private static string Letters(int number) => string.Concat($"{number:d6}".Select(c => (char)('a' + c - '0')));

    private static async Task<List<RackEvent>> EventsAsync(Rack rack)
    {
        var events = new List<RackEvent>();
        rack.Events.Add("end", Level.Info, null, null, "");
        await foreach (var e in rack.Events.FollowAsync(0, CancellationToken.None))
            if (e.Kind != "end")
                events.Add(e);
            else if (e.Time == rack.Clock.Now)
                break;
        return events;
    }
}
