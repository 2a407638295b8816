using System.Collections.Concurrent;

namespace Rackboot.Core.Network;

/// <summary>Counts of events on the boot plane: answers, refusals, drops. Names are few and fixed.</summary>
public sealed class Counters
{
    private readonly ConcurrentDictionary<string, StrongBox> _counts = new();

    public void Add(string name, long count = 1) => Interlocked.Add(ref _counts.GetOrAdd(name, _ => new StrongBox()).Value, count);

    public IReadOnlyDictionary<string, long> Snapshot() =>
        _counts.OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary(c => c.Key, c => Interlocked.Read(ref c.Value.Value));

    private sealed class StrongBox
    {
        public long Value;
    }
}
