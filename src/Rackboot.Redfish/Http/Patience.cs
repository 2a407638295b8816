namespace Rackboot.Redfish;

/// <summary>Waits between tries, longer each time or as long as the service asks, and no longer than a limit in all.</summary>
internal sealed class Patience(TimeProvider time, TimeSpan limit)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = First;

    /// <summary>False, at once, if the wait would pass the limit.</summary>
    public async Task<bool> WaitAsync(TimeSpan? asked, CancellationToken cancellation)
    {
        var pause = asked is { } a && a > First ? a : _next;
        if (time.GetElapsedTime(_start) + pause > limit)
            return false;
        _next = _next * 2 > Longest ? Longest : _next * 2;
        await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        return true;
    }
}
