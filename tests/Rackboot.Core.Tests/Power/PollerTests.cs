using Rackboot.Core.Power;
using Rackboot.Core.Power.Polling;

namespace Rackboot.Core.Tests.Power;

public sealed class PollerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Every_machine_is_read_once_an_interval_and_the_load_is_even(int count)
    {
        var read = new int[count];
        var most = 0;
        for (var tick = 0; tick < 3 * 300; tick++)
        {
            var due = PowerPoller.Due(
                count, Interval, TimeSpan.FromMilliseconds(tick * 100), TimeSpan.FromMilliseconds((tick + 1) * 100)).ToList();
            due.ForEach(i => read[i]++);
            most = Math.Max(most, due.Count);
        }

        Assert.All(read, n => Assert.InRange(n, 3, 4)); // the first one stands at the very beginning and the very end
        Assert.InRange(most, 1, count / 300 + 2);
    }

    [Fact]
    public void A_pause_makes_nobody_read_twice() =>
        Assert.Equal(Enumerable.Range(0, 10), PowerPoller.Due(10, Interval, TimeSpan.FromSeconds(10), TimeSpan.FromHours(3)));

    [Fact]
    public async Task The_poller_reads_all_and_goes_on_after_one_that_fails()
    {
        await using var rack = new PowerRack();
        var (a, b) = (await rack.AddAsync("a"), await rack.AddAsync("b"));
        rack.Bmc("a").Fails = () => new PowerException(PowerFailure.BadAnswer, "garbage");
        using var stop = new CancellationTokenSource();
        var running = new PowerPoller(rack.Desk, s => s.Interval, rack.Desk.PollAsync, rack.Clock).RunAsync(stop.Token);
        while (rack.Desk.Known(a)!.Problem is null || rack.Desk.Known(b)!.Read is null)
        {
            rack.Clock.Pass(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal("garbage", rack.Desk.Known(a)!.Problem);
        Assert.Equal(PowerState.Off, rack.Desk.Known(b)!.State);
    }
}
