using System.Threading.Channels;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Runs a server at each place where the boot network reaches the appliance: starts one for a new place, stops that of a
/// removed place, and leaves the others alone.</summary>
/// <typeparam name="TPlace">An interface or an address; equal ones are the same place.</typeparam>
internal sealed class EachPlace<TPlace>(BootAddresses own, Func<IEnumerable<TPlace>> places, Func<TPlace, PlaceServer> server)
    where TPlace : notnull
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<TPlace, (Task Running, CancellationTokenSource Stop)> _running = [];
    private readonly Dictionary<TPlace, string> _troubled = [];
    private readonly List<Task> _ending = [];

    /// <summary>Completes when every initial place is served; fails if one cannot be.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Serves until cancelled. If serving a later place fails, reports a problem and tries again.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        void OnChanged() => changes.Writer.TryWrite(true);
        own.Changed += OnChanged;
        try
        {
            await FollowAsync(cancel);
            _ready.TrySetResult();
            while (!cancel.IsCancellationRequested)
            {
                var changed = changes.Reader.ReadAsync(cancel).AsTask();
                var ended = await Task.WhenAny([changed, .. _running.Values.Select(r => r.Running)]);
                await ended; // a server that fails on its own ends all
                if (ended == changed)
                    await FollowAsync(cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The service ends.
        }
        catch (Exception e)
        {
            _ready.TrySetException(e);
            throw;
        }
        finally
        {
            own.Changed -= OnChanged;
            foreach (var place in _running.Keys.ToList())
                await EndAsync(place);
            await Task.WhenAll(_ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        var now = places().Distinct().ToList();
        foreach (var gone in _running.Keys.Except(now).ToList())
            await EndAsync(gone);
        foreach (var gone in _troubled.Keys.Except(now).ToList())
            Well(gone);
        _ending.RemoveAll(task => task.IsCompleted);
        foreach (var place in now.Where(place => !_running.ContainsKey(place)))
            await BeginAsync(place, cancel);
    }

    private async Task BeginAsync(TPlace place, CancellationToken cancel)
    {
        var (begun, stop) = (server(place), new CancellationTokenSource());
        var running = begun.RunAsync(stop.Token);
        try
        {
            await begun.Ready.WaitAsync(cancel);
            _running.Add(place, (running, stop));
            Well(place);
        }
        catch (Exception e)
        {
            await stop.CancelAsync();
            _ = running.Exception; // the same
            _ending.Add(running);
            if (e is OperationCanceledException)
                throw;
            if (!_ready.Task.IsCompleted)
                throw new IOException($"{begun.Name}: {e.Message}", e);
            _troubled[place] = begun.Name;
            own.Report(begun.Name, $"{begun.Name}: {e.Message}; the daemon tries again every few seconds");
        }
    }

    private void Well(TPlace place)
    {
        if (_troubled.Remove(place, out var name))
            own.Report(name, null);
    }

    // Work in progress there may take a few seconds; the others do not wait for it.
    private async Task EndAsync(TPlace place)
    {
        _running.Remove(place, out var ended);
        await ended.Stop.CancelAsync();
        _ending.Add(ended.Running);
    }
}
