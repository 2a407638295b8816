using Rackboot.Core.Boot;

namespace Rackboot.Daemon.Traces;

/// <summary>The boots whose traces are still to be sent, oldest first. Bounded: while a collector is away, the oldest go.</summary>
internal sealed class TraceQueue(int most, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(BootRecord Boot, long Added)> _waiting = [];

    /// <summary>Boots that were never sent.</summary>
    public long Dropped { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    public void Add(BootRecord boot)
    {
        lock (_lock)
        {
            _waiting.AddLast((boot, time.GetTimestamp()));
            if (_waiting.Count <= most)
                return;
            _waiting.RemoveFirst();
            Dropped++;
        }
    }

    /// <summary>The oldest, if it waited at least <paramref name="atLeast"/>; it stays until <see cref="Remove"/>.</summary>
    public BootRecord? Oldest(TimeSpan atLeast)
    {
        lock (_lock)
            return _waiting.First is { Value: var (boot, added) } && time.GetElapsedTime(added) >= atLeast ? boot : null;
    }

    /// <summary>It was sent, or never will be.</summary>
    public void Remove(BootRecord boot, bool sent)
    {
        lock (_lock)
        {
            if (_waiting.First is not { Value.Boot: var first } || first != boot)
                return; // dropped meanwhile
            _waiting.RemoveFirst();
            if (!sent)
                Dropped++;
        }
    }
}
