namespace Rackboot.Core.Storage;

/// <summary>Durable JSON documents in typed tables, with versions. Two engines should fit
/// behind it (SQLite on one appliance, PostgreSQL for several with a shared inventory), so it uses only common features.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>All documents of a table whose key begins with <paramref name="prefix"/>, in the order of their keys.</summary>
    /// <exception cref="StoreException">They cannot be read at the moment.</exception>
    IReadOnlyList<StoredDocument> Load(Table table, string prefix = "");

    /// <summary>Passes all documents of a table to <paramref name="take"/>, one after the other: for large tables.</summary>
    /// <exception cref="StoreException">They cannot be read at the moment.</exception>
    void Walk(Table table, Action<StoredDocument> take);

    /// <exception cref="StoreException">It cannot be read at the moment.</exception>
    StoredDocument? Find(Table table, string key);

    /// <summary>Makes <paramref name="changes"/> durable, all or none; they are on disk when the task ends.</summary>
    /// <exception cref="VersionConflictException">A change expected another version than the stored one.</exception>
    /// <exception cref="StoreException">Nothing can be stored at the moment.</exception>
    Task CommitAsync(IReadOnlyList<Change> changes);

    /// <summary>Makes a change durable soon, in order with all others, without waiting. For data that a power cut may lose:
    /// observations, timelines, events. When the disk cannot keep up, the change is dropped and counted.</summary>
    void Post(Change change);
}

/// <summary>A stored document.</summary>
public sealed record StoredDocument(string Key, long Version, ReadOnlyMemory<byte> Body);

/// <summary>The document was changed concurrently.</summary>
public sealed class VersionConflictException(Table table, string key, long expected, long? actual)
    : Exception($"{table} {key}: expected version {expected}, but the stored version is {actual?.ToString() ?? "gone"}")
{
    public string Key { get; } = key;
}
