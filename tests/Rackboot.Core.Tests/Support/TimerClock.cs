namespace Rackboot.Core.Tests.Support;

/// <summary>Time with timers that stand still until a test moves it; what a timer sets off runs before <see cref="Pass"/>
/// returns.</summary>
internal sealed class TimerClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Pending> _timers = [];

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Pending(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Pass(TimeSpan time)
    {
        var end = Now + time;
        while (Next() is { } next && next.Due <= end)
            Fire(next);
        Now = end;
    }

    /// <summary>Lets time pass from timer to timer until <paramref name="task"/> has ended.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted && Next() is { } next)
            Fire(next);
        Assert.True(task.IsCompleted, "it waits for something that is no timer");
        return await task;
    }

    private Pending? Next()
    {
        lock (_lock)
            return _timers.MinBy(t => t.Due);
    }

    private void Fire(Pending timer)
    {
        Now = timer.Due > Now ? timer.Due : Now;
        timer.Fire();
    }

    private sealed class Pending(TimerClock clock, Action callback) : ITimer
    {
        private TimeSpan _period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock.Now + dueTime;
                clock._timers.Add(this);
            }

            return true;
        }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback();
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
