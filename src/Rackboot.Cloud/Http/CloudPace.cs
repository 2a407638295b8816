namespace Rackboot.Cloud.Http;

/// <summary>Keeps requests below a number a minute: a quarter of it may come at once, the rest evenly.</summary>
internal sealed class CloudPace(int perMinute, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _each = TimeSpan.FromMinutes(1) / perMinute;
    private readonly TimeSpan _burst = TimeSpan.FromMinutes(1) / 4;
    private long? _free;

    /// <summary>Waits for the next turn.</summary>
    public Task TurnAsync(CancellationToken cancel)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var earliest = now - Ticks(_burst - _each);
            var turn = _free is { } free && free > earliest ? free : earliest;
            _free = turn + Ticks(_each);
            wait = time.GetElapsedTime(now, turn);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancel) : Task.CompletedTask;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
