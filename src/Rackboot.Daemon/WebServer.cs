namespace Rackboot.Daemon;

/// <summary>A web application with the life that every server here has: it runs until cancelled, and says when it listens.</summary>
/// <param name="stopWithin">For what is under way when it is cancelled.</param>
internal sealed class WebServer(TimeSpan stopWithin)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it listens; fails if it cannot.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Serves until cancelled.</summary>
    /// <param name="start">Starts the application, where more belongs to that than starting it.</param>
    /// <exception cref="IOException">It cannot listen; the message says where.</exception>
    public async Task RunAsync(WebApplication application, CancellationToken cancel, Func<WebApplication, Task>? start = null)
    {
        await using var owned = application;
        try
        {
            await (start?.Invoke(application) ?? application.StartAsync(cancel));
            _ready.SetResult();
        }
        catch (Exception e)
        {
            _ready.SetException(e);
            throw;
        }

        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var limit = new CancellationTokenSource(stopWithin);
        await application.StopAsync(limit.Token);
    }
}
