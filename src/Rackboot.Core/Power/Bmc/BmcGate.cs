using System.Collections.Immutable;

namespace Rackboot.Core.Power.Bmc;

/// <summary>The door to one BMC, however many machines hang on it: one call at a time, and how it behaved so far.</summary>
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

    /// <summary>Somebody wants the BMC now: questions that yield give up their turn.</summary>
    public void Claim()
    {
        lock (_lock)
            foreach (var question in _yielding)
                question.Cancel();
    }

    /// <summary>Asks what may take long and can be asked another time.</summary>
    /// <exception cref="OperationCanceledException">Somebody claimed the BMC.</exception>
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

    /// <summary>Notes how it behaved.</summary>
    /// <returns>How it was seen before and is seen now.</returns>
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
