namespace Rackboot.Daemon;

/// <summary>A web application with the life cycle of all servers here: it runs until cancelled, and reports when it listens.</summary>
/// <param name="stopWithin">Time limit for running requests after the cancellation.</param>
internal sealed class WebServer(TimeSpan stopWithin)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A builder of a web application that follows no settings file. By default it watches the working directory with everything
    /// below; systemd starts a service in <c>/</c>, where that was 65,000 watches and seconds of each start.</summary>
    public static WebApplicationBuilder Builder() => WebApplication.CreateSlimBuilder(new WebApplicationOptions
    {
        ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"],
    });

    /// <summary>Completes when it listens; fails if it cannot.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Serves until cancelled.</summary>
    /// <param name="start">Starts the application, if that needs extra steps.</param>
    /// <exception cref="IOException">It cannot listen; the message has the address.</exception>
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
