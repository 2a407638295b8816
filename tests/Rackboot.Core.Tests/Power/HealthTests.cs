using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;

namespace Rackboot.Core.Tests.Power;

public sealed class HealthTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(6, 8)]
    [InlineData(7, 15)]
    [InlineData(1000, 15)]
    public void Silence_doubles_the_wait_up_to_a_quarter_of_an_hour(int silences, int minutes)
    {
        var health = Enumerable.Range(0, silences).Aggregate(BmcHealth.Unknown, (h, _) => h.WasSilent(Noon));
        Assert.Equal(minutes == 0 ? null : Noon.AddMinutes(minutes), health.NotBefore);
        Assert.Equal(minutes == 0, health.MayPoll("x", Noon));
        Assert.True(health.MayPoll("x", Noon.AddMinutes(minutes)));
        Assert.True(health.Answered("x").MayPoll("x", Noon));
    }

    [Fact]
    public void What_one_login_did_wrong_is_not_held_against_another_and_what_is_remembered_is_bounded()
    {
        var health = BmcHealth.Unknown.Refused("a").Refused("a").Refused("b");
        Assert.Equal((true, false), (health.IsStopped("a"), health.IsStopped("b")));
        Assert.True(health.Answered("b").IsStopped("a"));
        Assert.InRange(Enumerable.Range(0, 1000).Aggregate(health, (h, i) => h.Refused($"{i}")).Refusals.Count, 1, 16);
    }
}
