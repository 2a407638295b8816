using System.Collections.Immutable;

namespace Rackboot.Core.Machines;

/// <summary>An immutable dictionary whose first content is one plain table. A start reads a hundred thousand machines, and few of them
/// change afterwards: a tree of them takes five times as long to build.</summary>
internal sealed class FleetIndex<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _first; // never changed: snapshots share it
    private readonly ImmutableDictionary<TKey, Change> _changes;

    /// <param name="first">Belongs to the index from now on.</param>
    public FleetIndex(Dictionary<TKey, TValue> first)
        : this(first, ImmutableDictionary<TKey, Change>.Empty, first.Count)
    {
    }

    private FleetIndex(Dictionary<TKey, TValue> first, ImmutableDictionary<TKey, Change> changes, int count) =>
        (_first, _changes, Count) = (first, changes, count);

    /// <summary>What a key has now; nothing if it was removed.</summary>
    private readonly record struct Change(TValue Value, bool IsRemoved);

    public int Count { get; }

    public IEnumerable<TValue> Values =>
        (_changes.IsEmpty ? _first.Values : _first.Where(f => !_changes.ContainsKey(f.Key)).Select(f => f.Value))
        .Concat(_changes.Values.Where(c => !c.IsRemoved).Select(c => c.Value));

    /// <exception cref="KeyNotFoundException">It is not there.</exception>
    public TValue this[TKey key] => Find(key, out var value) ? value : throw new KeyNotFoundException($"{key}");

    public bool Find(TKey key, out TValue value)
    {
        if (!_changes.TryGetValue(key, out var change))
            return _first.TryGetValue(key, out value!);
        value = change.Value;
        return !change.IsRemoved;
    }

    public FleetIndex<TKey, TValue> With(TKey key, TValue value) =>
        new(_first, _changes.SetItem(key, new Change(value, IsRemoved: false)), Find(key, out _) ? Count : Count + 1);

    public FleetIndex<TKey, TValue> With(IEnumerable<(TKey Key, TValue Value)> many)
    {
        var (changes, count) = (_changes.ToBuilder(), Count);
        foreach (var (key, value) in many)
        {
            count += changes.TryGetValue(key, out var change) ? change.IsRemoved ? 1 : 0 : _first.ContainsKey(key) ? 0 : 1;
            changes[key] = new Change(value, IsRemoved: false);
        }

        return new FleetIndex<TKey, TValue>(_first, changes.ToImmutable(), count);
    }

    public FleetIndex<TKey, TValue> Without(TKey key)
    {
        if (!Find(key, out _))
            return this;
        var changes = _first.ContainsKey(key) ? _changes.SetItem(key, new Change(default!, IsRemoved: true)) : _changes.Remove(key);
        return new FleetIndex<TKey, TValue>(_first, changes, Count - 1);
    }
}
