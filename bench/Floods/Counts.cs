using System.Collections.Concurrent;
using System.Text.Json;

namespace Rackboot.Bench.Floods;

/// <summary>What a flood sent and what came of it.</summary>
internal sealed class Counts
{
    private readonly ConcurrentDictionary<string, long> _counts = [];

    public void Add(string what, long count = 1) => _counts.AddOrUpdate(what, count, (_, before) => before + count);

    public override string ToString() => JsonSerializer.Serialize(_counts.OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary());
}
