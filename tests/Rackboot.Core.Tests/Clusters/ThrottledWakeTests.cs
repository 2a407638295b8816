using Rackboot.Core.Clusters;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests.Clusters;

public sealed class ThrottledWakeTests
{
    private readonly TimerClock _clock = new();
    private readonly ThrottledWake _throttled;
    private int _woken;

    public ThrottledWakeTests() => _throttled = new ThrottledWake(() => _woken++, _clock);

    [Fact]
    public void The_first_wakes_at_once_and_all_others_of_a_second_once_after_it()
    {
        for (var i = 0; i < 1000; i++)
            _throttled.Hear();
        Assert.Equal(1, _woken);
        _clock.Pass(TimeSpan.FromSeconds(0.9));
        Assert.Equal(1, _woken);
        _clock.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, _woken);
        _clock.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(2, _woken);
        _throttled.Hear();
        Assert.Equal(3, _woken);
    }

    [Fact]
    public void A_node_that_does_not_stop_wakes_once_a_second()
    {
        for (var i = 0; i < 1000; i++)
        {
            _throttled.Hear();
            _clock.Pass(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_woken, 10, 11);
    }
}
