using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Storage.Sealing;
using SQLitePCL;

namespace Rackboot.Core.Storage;

/// <summary>The store in one SQLite file. One thread writes: it gathers whatever waits into one transaction and syncs once for all of it
/// (group commit); readers have connections of their own and see the last commit. Failed writes and reads are reported in
/// <see cref="Health"/> and thrown to the caller; the store itself continues, and stores again as soon as possible.</summary>
public sealed class SqliteStore : IStore
{
    private readonly string _connectionString;
    private readonly SqliteWriter _writer;
    private readonly SealedTables _seals;
    private readonly StoreKeyFiles _keyFiles;
    private readonly StoreReserve _reserve;
    private readonly Thread _thread;
    private readonly WriteQueue _queue = new();
    private readonly SemaphoreSlim _changingKey = new(1, 1);
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private StoreFault _failed;

    internal SqliteStore(string connectionString, SqliteConnection writer, SealedTables seals, StoreKeyFiles keyFiles,
        StoreReserve reserve, StoreHealth health, ILogger log, TimeProvider time)
    {
        (_connectionString, _seals, _keyFiles, _reserve, Health, _log, _time) =
            (connectionString, seals, keyFiles, reserve, health, log, time);
        _writer = new SqliteWriter(writer, seals);
        _thread = new Thread(WriteLoop) { Name = "store", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether it stores what it is given.</summary>
    public StoreHealth Health { get; }

    /// <summary>Changes that were posted and given up because the disk is full, fails or cannot keep up.</summary>
    public long Dropped => _queue.Dropped;

    /// <summary>Which key everything secret is sealed with.</summary>
    public string KeyId => _seals.Current.Id;

    /// <summary>Opens the store in <paramref name="path"/>, creating or migrating it. The file is readable by its owner alone.</summary>
    /// <exception cref="StoreException">It cannot be opened: the disk is full or fails, or the file is damaged.</exception>
    /// <exception cref="InvalidDataException">Its key is missing or another one, or a newer Rackboot has written it.</exception>
    public static SqliteStore Open(string path, ILogger log, StoreOptions? options = null) =>
        SqliteOpening.Open(path, log, options ?? new StoreOptions());

    public IReadOnlyList<StoredDocument> Load(Table table, string prefix = "")
    {
        var documents = new List<StoredDocument>();
        Walk(table, prefix, documents.Add);
        return documents;
    }

    public void Walk(Table table, Action<StoredDocument> take) => Walk(table, "", take);

    private void Walk(Table table, string prefix, Action<StoredDocument> take) => Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT key, version, body FROM {SqliteSchema.Name(table)} WHERE key >= $from AND key < $to ORDER BY key";
        command.Parameters.AddWithValue("$from", prefix);
        command.Parameters.AddWithValue("$to", prefix + '\uffff');
        using var reader = command.ExecuteReader();
        while (reader.Read())
            take(Document(table, reader));
        return true;
    });

    public StoredDocument? Find(Table table, string key) => Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT key, version, body FROM {SqliteSchema.Name(table)} WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Document(table, reader) : null;
    });

    public Task CommitAsync(IReadOnlyList<Change> changes)
    {
        if (changes.Count == 0)
            return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _queue.TryAdd(new WriteQueue.Work(changes, done))
            ? done.Task
            : Task.FromException(new ObjectDisposedException(nameof(SqliteStore)));
    }

    public void Post(Change change) => _queue.Post(change);

    /// <summary>Writes a mark of its own, which finds out whether the store can be written again.</summary>
    /// <returns>What is wrong; null if nothing.</returns>
    public async Task<StoreTrouble?> ProbeAsync(TimeSpan patience)
    {
        try
        {
            await CommitAsync([Change.Put(Table.Marks, "alive", _time.GetUtcNow())]).WaitAsync(patience).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StoreException or TimeoutException or ObjectDisposedException)
        {
            // It is told below.
        }

        return Health.Trouble;
    }

    /// <summary>Makes a new key and encrypts everything secret with it, in one transaction. A crash at any point leaves a store and the key
    /// that opens it: the new key is on disk before the transaction, and the old one until after it.</summary>
    /// <returns>The new key.</returns>
    /// <exception cref="IOException">The key comes from systemd, or something could not be written; the old key stays in use.</exception>
    /// <exception cref="InvalidDataException">A document cannot be decrypted; the old key stays in use.</exception>
    public async Task<StoreKey> ChangeKeyAsync()
    {
        await _changingKey.WaitAsync().ConfigureAwait(false);
        try
        {
            var (old, next) = (_seals.Current, _keyFiles.CreateNext());
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ObjectDisposedException.ThrowIf(!_queue.TryAdd(new WriteQueue.Work([], done, () => Rekey(old, next))), this);
            await done.Task.ConfigureAwait(false);
            _keyFiles.FinishChange();
            return next;
        }
        finally
        {
            _changingKey.Release();
        }
    }

    /// <summary>Copies the store as it is at one moment into a new file, while everything goes on.</summary>
    /// <returns>The key that the copy is sealed with.</returns>
    /// <exception cref="StoreException">The disk has no room for it, or something fails; the file is gone then.</exception>
    public async Task<StoreKey> CopyAsync(string path, CancellationToken cancel)
    {
        // No other key may come into use between the copy and its key.
        await _changingKey.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(() =>
            {
                Read(connection => SqliteCopy.Write(connection, path, _reserve));
                return _seals.Current;
            }, cancel).ConfigureAwait(false);
        }
        finally
        {
            _changingKey.Release();
        }
    }

    /// <summary>Writes everything that waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_queue.Close())
            return;
        await Task.Run(_thread.Join).ConfigureAwait(false);
        _writer.Dispose();
        using var pooled = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pooled);
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString);
            connection.Open();
            return read(connection);
        }
        catch (SqliteException e)
        {
            throw new StoreException(Health.Report(SqliteFaults.Of(e, _reserve.FreeBytes), SqliteFaults.Reason(e)), e);
        }
    }

    private StoredDocument Document(Table table, SqliteDataReader reader)
    {
        // Column by column the reader asks several times what is in it, which took a tenth of a start with a million leases.
        var (key, version, body) = (raw.sqlite3_column_text(reader.Handle, 0).utf8_to_string(), raw.sqlite3_column_int64(reader.Handle, 1),
            raw.sqlite3_column_blob(reader.Handle, 2).ToArray());
        return new StoredDocument(key, version, SealedTables.Contains(table) ? _seals.Open(table, key, body) : body);
    }

    private void WriteLoop()
    {
        var batch = new List<WriteQueue.Work>();
        while (_queue.Gather(batch))
        {
            Health.Writing(begins: true);
            try
            {
                WriteBatch(batch);
            }
            catch (Exception e)
            {
                // A bug in this code: waiters get the exception, and the writing thread continues.
                _log.LogError(e, "The store failed at {Changes} changes", batch.Count);
                foreach (var work in batch)
                    work.Done?.TrySetException(new IOException($"the store failed: {e.Message}", e));
            }

            Health.Writing(begins: false);
        }
    }

    private void WriteBatch(List<WriteQueue.Work> batch)
    {
        if (IsLow)
        {
            Health.Report(StoreFault.DiskLow, "there is no space for the reserve");
            _queue.CountDropped(batch.RemoveAll(IsOnlySeen));
        }

        if (batch.Find(w => w.Rekeyed is not null) is { } rekey)
        {
            batch.Remove(rekey);
            Rekey(rekey);
        }

        if (batch.Count == 0 || TryWrite(batch, last: false))
            return;
        if (_failed == StoreFault.Locked)
        {
            _queue.CountDropped(batch.Count(w => w.Done is null));
            return;
        }

        // Awaited changes get all remaining space, and do not fail because of others.
        if (_failed == StoreFault.DiskFull)
            _reserve.Release();
        _writer.EmptyLog();
        var awaited = batch.FindAll(w => w.Done is not null);
        _queue.CountDropped(batch.Count - awaited.Count);
        if (awaited.Count == 0 || TryWrite(awaited, last: awaited.Count == 1))
            return;
        foreach (var work in awaited)
            TryWrite([work], last: true);
    }

    // Whether the reserve was given up and there is no room for it yet.
    private bool IsLow => !_reserve.IsKept && !_reserve.TryKeep() && !_reserve.HasRoom;

    // While the disk is full, observations do not get the remaining space. Deletions free space.
    private static bool IsOnlySeen(WriteQueue.Work work) => work.Done is null && work.Changes.All(c => c.Body is not null);

    /// <param name="last">Whether this is the last try, whose failure is told to those who wait.</param>
    private bool TryWrite(List<WriteQueue.Work> works, bool last)
    {
        try
        {
            var conflicts = _writer.Write(works);
            if (IsLow)
                Health.Report(StoreFault.DiskLow, "there is no space for the reserve");
            else
                Health.Works();
            foreach (var work in works)
                if (conflicts.TryGetValue(work, out var conflict))
                    work.Done?.TrySetException(conflict);
                else
                    work.Done?.TrySetResult();
            return true;
        }
        catch (SqliteException e)
        {
            var fault = _failed = SqliteFaults.Of(e, _reserve.FreeBytes);
            last |= fault == StoreFault.Locked; // each try waits for the lock
            if (last || fault == StoreFault.Damaged)
            {
                var trouble = Health.Report(fault, SqliteFaults.Reason(e));
                if (last)
                    foreach (var work in works)
                        work.Done?.TrySetException(new StoreException(trouble, e));
            }

            return false;
        }
    }

    private void Rekey(WriteQueue.Work work)
    {
        try
        {
            work.Rekeyed!();
            work.Done!.SetResult();
        }
        catch (SqliteException e)
        {
            work.Done!.SetException(new StoreException(Health.Report(SqliteFaults.Of(e, _reserve.FreeBytes), SqliteFaults.Reason(e)), e));
        }
        catch (InvalidDataException e)
        {
            work.Done!.SetException(e);
        }
    }

    private void Rekey(StoreKey old, StoreKey next)
    {
        _seals.Use(next);
        try
        {
            _writer.Reseal();
        }
        catch
        {
            _seals.Use(old);
            throw;
        }
    }
}
