namespace Rackboot.Core.Tests.Support;

/// <summary>Time that passes when a test says so.</summary>
internal sealed class Clock : TimeProvider
{
    public DateTimeOffset Now { get; private set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    public void Pass(double seconds) => Now += TimeSpan.FromSeconds(seconds);
}
