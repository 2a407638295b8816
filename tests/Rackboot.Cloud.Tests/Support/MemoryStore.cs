using Rackboot.Core.Storage;

namespace Rackboot.Cloud.Tests.Support;

/// <summary>A store that outlives the appliance on it: what was committed is there after a crash.</summary>
internal sealed class MemoryStore : IStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(Table Table, string Key), StoredDocument> _documents =
        new(Comparer<(Table Table, string Key)>.Create((a, b) => a.Table != b.Table ? a.Table.CompareTo(b.Table)
            : string.CompareOrdinal(a.Key, b.Key)));

    public IReadOnlyList<StoredDocument> Load(Table table, string prefix = "")
    {
        lock (_lock)
            return [.. _documents.Where(d => d.Key.Table == table && d.Key.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(d =>
                d.Value)];
    }

    public void Walk(Table table, Action<StoredDocument> each)
    {
        foreach (var document in Load(table))
            each(document);
    }

    public StoredDocument? Find(Table table, string key)
    {
        lock (_lock)
            return _documents.GetValueOrDefault((table, key));
    }

    public Task CommitAsync(IReadOnlyList<Change> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
                if (change.Expected is { } expected && (_documents.GetValueOrDefault((change.Table, change.Key))?.Version ?? 0) != expected)
                    throw new VersionConflictException(change.Table, change.Key, expected, null);
            foreach (var change in changes)
                Make(change);
        }

        return Task.CompletedTask;
    }

    public void Post(Change change)
    {
        lock (_lock)
            Make(change);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Make(Change change)
    {
        if (change.Body is { } body)
            _documents[(change.Table, change.Key)] = new StoredDocument(change.Key, change.Version, body);
        else if (change.WholePrefix)
            foreach (var key in _documents.Keys.Where(k =>
                k.Table == change.Table && k.Key.StartsWith(change.Key, StringComparison.Ordinal)).ToList())
                _documents.Remove(key);
        else
            _documents.Remove((change.Table, change.Key));
    }
}
