using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Daemon.Store;

/// <summary>Probes the store every few seconds while it has a problem, and occasionally otherwise; reports each change
/// once.</summary>
internal sealed class StoreWatch
{
    private const int WellEvery = 6;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly SqliteStore _store;
    private readonly EventLog _events;
    private StoreFault? _said;

    public StoreWatch(SqliteStore store, EventLog events)
    {
        (_store, _events) = (store, events);
        store.Health.Changed += _ => Say();
    }

    /// <summary>The problem changed.</summary>
    public event Action? Changed;

    /// <summary>The store accepts changes again.</summary>
    public event Action? StoredAgain;

    /// <summary>The problem; null if there is none.</summary>
    public string? Problem => _store.Health.Trouble is { } trouble ? $"store: {trouble.Sentence}" : null;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            for (var tick = 0; await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false); tick++)
            {
                if (tick % WellEvery == 0 || _store.Health.Trouble is not null)
                    await _store.ProbeAsync(Patience).ConfigureAwait(false);
                Say();
                _events.Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private void Say()
    {
        var trouble = _store.Health.Trouble;
        lock (_lock)
        {
            if (trouble?.Fault == _said)
                return;
            _said = trouble?.Fault;
        }

        if (trouble is null)
        {
            _events.Add("store.well", Level.Info, null, null, $"the store accepts changes again; {_store.Dropped:N0} events and timeline "
                + $"entries have been lost since the start");
            StoredAgain?.Invoke();
        }
        else
            _events.Add("store.trouble", Level.Error, null, null, $"store: {trouble.Sentence}");
        Changed?.Invoke();
    }
}
