namespace Rackboot.Daemon.Tests.Access;

/// <summary>The time of this computer, and as much more as a test wants.</summary>
internal sealed class LeapingTime : TimeProvider
{
    private long _more;

    public void Leap(TimeSpan time) => Interlocked.Add(ref _more, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _more));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _more)).TotalSeconds * TimestampFrequency);
}
