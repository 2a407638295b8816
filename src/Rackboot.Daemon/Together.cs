namespace Rackboot.Daemon;

/// <summary>Several servers that start and end together.</summary>
internal static class Together
{
    /// <summary>Runs them until cancelled, or until one fails, which ends the others. A server without work may end at once.</summary>
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
