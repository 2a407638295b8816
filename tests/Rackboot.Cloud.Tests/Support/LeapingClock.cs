namespace Rackboot.Cloud.Tests.Support;

/// <summary>Time that leaps over every wait. The limit on a request never ends: what a simulated provider does takes no time, and a lost
/// answer is said so.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public void Pass(TimeSpan time)
    {
        lock (_lock)
            _now += time;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.Zero && dueTime != Limit)
        {
            Pass(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Never();
    }

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
