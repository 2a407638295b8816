namespace Rackboot.Daemon.Tests.Explain;

/// <summary>A wall clock and a monotonic clock that a test moves, together or not. Timers run in real time.</summary>
internal sealed class FaultClock : TimeProvider
{
    private DateTimeOffset _wall = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private long _monotonic;

    public override DateTimeOffset GetUtcNow() => _wall;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _monotonic);

    public void Pass(double seconds)
    {
        _wall += TimeSpan.FromSeconds(seconds);
        Interlocked.Add(ref _monotonic, TimeSpan.FromSeconds(seconds).Ticks);
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Set(DateTimeOffset wall) => _wall = wall;
}
