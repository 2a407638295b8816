using System.Diagnostics.CodeAnalysis;
using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>What is being fetched from outside the rack. However many ask for the same thing, it is fetched once; nobody needs to go on
/// asking for it to arrive.</summary>
public sealed class Fetches(ContentStore content, HttpClient http, TimeProvider time, TransferPolicy? policy = null) : IAsyncDisposable
{
    // Who asks again and again for what cannot be had does not make the appliance ask as often.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Fetch> _underWay = [];
    private readonly Dictionary<string, (string Reason, DateTimeOffset Time)> _failures = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>The fetch of <paramref name="key"/>, if there is one under way.</summary>
    public Fetch? Find(string key)
    {
        lock (_lock)
            return _underWay.GetValueOrDefault(key);
    }

    /// <summary>Why <paramref name="key"/> could not be fetched a moment ago.</summary>
    public bool HasFailed(string key, [NotNullWhen(true)] out string? reason)
    {
        lock (_lock)
            reason = _failures.TryGetValue(key, out var failure) && time.GetUtcNow() - failure.Time < AfterFailure ? failure.Reason : null;
        return reason is not null;
    }

    /// <summary>Fetches <paramref name="remote"/>, or joins those who do already.</summary>
    /// <param name="key">What it becomes here.</param>
    /// <param name="keep">Puts the whole file, which is on the disk, where it belongs: its path, length and SHA-256.</param>
    /// <param name="failed">Is told why it does not come, by the one who begins.</param>
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
            _ = fetch.Completion.ContinueWith(t => _ = t.Exception, TaskScheduler.Default); // it may be that nobody waits
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
