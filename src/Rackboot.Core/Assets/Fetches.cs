using System.Diagnostics.CodeAnalysis;
using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>The fetches from outside the rack. Any number of requests for the same object share one fetch, which continues without
/// them.</summary>
public sealed class Fetches(ContentStore content, HttpClient http, TimeProvider time, TransferPolicy? policy = null) : IAsyncDisposable
{
    // Repeated requests for an unavailable object must not make the appliance ask its source as often.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Fetch> _underWay = [];
    private readonly Dictionary<string, (string Reason, DateTimeOffset Time)> _failures = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The running fetch of <paramref name="key"/>, if any.</summary>
    public Fetch? Find(string key)
    {
        lock (_lock)
            return _underWay.GetValueOrDefault(key);
    }

    /// <summary>Why the last fetch of <paramref name="key"/> failed a moment ago.</summary>
    public bool HasFailed(string key, [NotNullWhen(true)] out string? reason)
    {
        lock (_lock)
            reason = _failures.TryGetValue(key, out var failure) && time.GetUtcNow() - failure.Time < AfterFailure ? failure.Reason : null;
        return reason is not null;
    }

    /// <summary>Fetches <paramref name="remote"/>, or joins its running fetch.</summary>
    /// <param name="key">The name of the result.</param>
    /// <param name="keep">Stores the complete, synced file: its path, length and SHA-256.</param>
    /// <param name="failed">Receives the reason of a failure; only the one of the first caller is used.</param>
    public Fetch Begin(string key, RemoteFile remote, Func<string, long, string, Task> keep, Action<string>? failed = null)
    {
        lock (_lock)
        {
            if (_underWay.TryGetValue(key, out var fetch))
                return fetch;
            fetch = new Fetch(key, remote.Title);
            _underWay[key] = fetch;
            _failures.Remove(key);
            fetch.Completion = Task.Run(() => RunAsync(fetch, remote, keep, failed));
            _ = fetch.Completion.ContinueWith(t => _ = t.Exception, TaskScheduler.Default); // there may be no waiter
            return fetch;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        List<Task> running;
        lock (_lock)
            running = [.. _underWay.Values.Select(f => f.Completion)];
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(Fetch fetch, RemoteFile remote, Func<string, long, string, Task> keep, Action<string>? failed)
    {
        try
        {
            using var file = new PartialFile(content.PartialOf(remote.Sha256 ?? remote.Title));
            fetch.Opened(file);
            await new FileTransfer(http, time, policy).RunAsync(remote, file, _stop.Token).ConfigureAwait(false);
            await keep(file.Path, file.Written, file.Sha256).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            var reason = e is IOException io
                ? ContentStore.Reason(io) : e is OperationCanceledException ? "the daemon was stopped" : e.Message;
            lock (_lock)
                _failures[fetch.Key] = (reason, time.GetUtcNow());
            failed?.Invoke(reason);
            fetch.Failed(e);
            throw;
        }
        finally
        {
            lock (_lock)
                _underWay.Remove(fetch.Key);
        }
    }
}
