namespace Rackboot.Daemon;

/// <summary>Several servers that live and end as one.</summary>
internal static class Together
{
    /// <summary>Runs them until cancelled, or until one fails, which ends the others. One that has nothing to do may end at once.</summary>
    public static async Task RunAsync(CancellationToken cancel, params IEnumerable<Func<CancellationToken, Task>> servers)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = new List<Task>();
        try
        {
            foreach (var server in servers)
                running.Add(server(stop.Token));
            await foreach (var ended in Task.WhenEach(running))
                await ended;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
