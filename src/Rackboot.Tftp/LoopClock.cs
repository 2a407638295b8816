namespace Rackboot.Tftp;

/// <summary>The time of a server. It does not jump when the wall clock is set, as it is on an appliance that has just started.</summary>
internal sealed class LoopClock(TimeProvider time)
{
    private readonly DateTimeOffset _epoch = time.GetUtcNow();
    private readonly long _origin = time.GetTimestamp();

    public DateTimeOffset Now => _epoch + time.GetElapsedTime(_origin);
}
