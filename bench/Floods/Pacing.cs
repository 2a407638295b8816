using System.Diagnostics;

namespace Rackboot.Bench.Floods;

/// <summary>Does something so many times a second, however long each time takes.</summary>
internal static class Pacing
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <param name="rate">Times a second.</param>
    /// <param name="act">Is told how many times it was called before.</param>
    public static async Task RunAsync(int rate, Action<long> act, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        for (long done = 0; !cancel.IsCancellationRequested;)
        {
            var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * rate);
            for (; done < due && !cancel.IsCancellationRequested; done++)
                act(done);
            await Task.Delay(Tick, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
