namespace Rackboot.Core.Tests.Support;

/// <summary>Time that passes when a test says so.</summary>
internal sealed class Clock : TimeProvider
{
    private long _monotonic;

    public DateTimeOffset Now { get; private set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _monotonic;

    public void Pass(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        _monotonic += TimeSpan.FromSeconds(seconds).Ticks;
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Set(DateTimeOffset wall) => Now = wall;
}
