using System.Collections.Immutable;

namespace Rackboot.Core.Power.Bmc;

/// <summary>The access to one BMC, shared by its machines: one call at a time, and its behaviour so far.</summary>
internal sealed class BmcGate(BmcMemory memory)
{
    private readonly Lock _lock = new();
    private readonly HashSet<CancellationTokenSource> _yielding = [];
    private BmcHealth _health = BmcHealth.Unknown with { Refusals = memory.Refusals.ToImmutableDictionary() };

    public BmcMemory Memory { get; } = memory;

    public SemaphoreSlim Turn { get; } = new(1, 1);

    public BmcHealth Health
    {
        get
        {
            lock (_lock)
                return _health;
        }
    }

    /// <summary>An operator's request needs the BMC now: yielding calls give up their turn.</summary>
    public void Claim()
    {
        lock (_lock)
            foreach (var question in _yielding)
                question.Cancel();
    }

    /// <summary>Makes a call that may take long and can be repeated later.</summary>
    /// <exception cref="OperationCanceledException">An operator's request claimed the BMC.</exception>
    public async Task<T> YieldingAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lock (_lock)
            _yielding.Add(given);
        try
        {
            return await ask(given.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
                _yielding.Remove(given);
        }
    }

    /// <summary>Records its behaviour.</summary>
    /// <returns>Its health before and after.</returns>
    public (BmcHealth Before, BmcHealth Now) Note(Func<BmcHealth, BmcHealth> change)
    {
        lock (_lock)
        {
            var before = _health;
            _health = change(before);
            if (_health.Refusals != before.Refusals)
                Memory.Refusals = _health.Refusals;
            return (before, _health);
        }
    }
}
