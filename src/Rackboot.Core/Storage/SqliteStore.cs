using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Rackboot.Core.Storage;

/// <summary>The store in one SQLite file. One thread writes: it gathers whatever waits into one transaction and syncs once for all of it
/// (group commit); readers have connections of their own and see the last commit.</summary>
public sealed class SqliteStore : IStore
{
    private const int MostInOneTransaction = 4096;
    private const int MostPosted = 65_536;

    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly Thread _thread;
    // A monitor and no channel: waiting for a channel's reader spins, several times a lease, on cores that have packets to answer.
    private readonly Queue<Work> _work = [];
    private readonly Dictionary<(Table, Statement), SqliteCommand> _commands = [];
    private readonly ILogger _log;
    private bool _closing;
    private int _posted;
    private long _dropped;

    private SqliteStore(string connectionString, SqliteConnection writer, ILogger log)
    {
        (_connectionString, _writer, _log) = (connectionString, writer, log);
        _thread = new Thread(WriteLoop) { Name = "store", IsBackground = true };
        _thread.Start();
    }

    private enum Statement
    {
        Put,
        Delete,
        DeletePrefix,
        Version,
    }

    private sealed record Work(IReadOnlyList<Change> Changes, TaskCompletionSource? Done);

    /// <summary>Changes that were posted and given up because the disk could not keep up.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Opens the store in <paramref name="path"/>, creating or migrating it. The file is readable by its owner alone: it holds secrets.</summary>
    public static SqliteStore Open(string path, ILogger log)
    {
        SystemSqlite.EnsureBound();
        if (!File.Exists(path))
            using (new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
            }

        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true }.ToString();
        var writer = new SqliteConnection(connectionString);
        try
        {
            writer.Open();
            SqliteSchema.Execute(writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA busy_timeout = 10000;");
            SqliteSchema.Migrate(writer, path);
            return new SqliteStore(connectionString, writer, log);
        }
        catch (SqliteException e)
        {
            writer.Dispose();
            throw new InvalidDataException($"the store {path} cannot be opened: {e.Message}", e);
        }
    }

    public IReadOnlyList<StoredDocument> Load(Table table, string prefix = "")
    {
        using var connection = OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT key, version, body FROM {SqliteSchema.Name(table)} WHERE key >= $from AND key < $to ORDER BY key";
        command.Parameters.AddWithValue("$from", prefix);
        command.Parameters.AddWithValue("$to", prefix + '\uffff');
        using var reader = command.ExecuteReader();
        var documents = new List<StoredDocument>();
        while (reader.Read())
            documents.Add(Document(reader));
        return documents;
    }

    public StoredDocument? Find(Table table, string key)
    {
        using var connection = OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT key, version, body FROM {SqliteSchema.Name(table)} WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Document(reader) : null;
    }

    public Task CommitAsync(IReadOnlyList<Change> changes)
    {
        if (changes.Count == 0)
            return Task.CompletedTask;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return TryAdd(new Work(changes, done)) ? done.Task : Task.FromException(new ObjectDisposedException(nameof(SqliteStore)));
    }

    public void Post(Change change)
    {
        if (Interlocked.Increment(ref _posted) <= MostPosted && TryAdd(new Work([change], null)))
            return;
        Interlocked.Decrement(ref _posted);
        Interlocked.Increment(ref _dropped);
    }

    /// <summary>Writes everything that waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_work)
        {
            if (_closing)
                return;
            _closing = true;
            Monitor.Pulse(_work);
        }

        await Task.Run(_thread.Join).ConfigureAwait(false);
        foreach (var command in _commands.Values)
            command.Dispose();
        _writer.Dispose();
        using var pooled = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(pooled);
    }

    private bool TryAdd(Work work)
    {
        lock (_work)
        {
            if (_closing)
                return false;
            _work.Enqueue(work);
            Monitor.Pulse(_work);
            return true;
        }
    }

    private SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static StoredDocument Document(SqliteDataReader reader) =>
        new(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));

    private void WriteLoop()
    {
        var batch = new List<Work>();
        while (Gather(batch))
        {
            Interlocked.Add(ref _posted, -batch.Count(w => w.Done is null));
            WriteBatch(batch);
        }
    }

    private bool Gather(List<Work> batch)
    {
        batch.Clear();
        lock (_work)
        {
            while (_work.Count == 0)
            {
                if (_closing)
                    return false;
                Monitor.Wait(_work);
            }

            while (batch.Count < MostInOneTransaction && _work.TryDequeue(out var work))
                batch.Add(work);
            return true;
        }
    }

    private void WriteBatch(List<Work> batch)
    {
        var failures = new Dictionary<Work, VersionConflictException>();
        try
        {
            using var transaction = _writer.BeginTransaction();
            foreach (var work in batch)
                if (Apply(work, transaction) is { } failure)
                    failures.Add(work, failure);
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            _log.LogError("The store could not write {Changes} changes: {Reason}", batch.Count, e.Message);
            foreach (var work in batch)
                work.Done?.TrySetException(new IOException($"the store could not write: {e.Message}", e));
            return;
        }

        foreach (var work in batch)
            if (failures.TryGetValue(work, out var failure))
                work.Done?.TrySetException(failure);
            else
                work.Done?.TrySetResult();
    }

    // All changes of one caller or none: what one of them breaks is rolled back to the savepoint, the rest of the batch goes on.
    private VersionConflictException? Apply(Work work, SqliteTransaction transaction)
    {
        transaction.Save("work");
        try
        {
            foreach (var change in work.Changes)
                Apply(change, transaction);
            transaction.Release("work");
            return null;
        }
        catch (VersionConflictException conflict)
        {
            transaction.Rollback("work");
            transaction.Release("work");
            return conflict;
        }
    }

    private void Apply(in Change change, SqliteTransaction transaction)
    {
        if (change.Expected is { } expected)
        {
            var stored = Prepared(change, Statement.Version, transaction).ExecuteScalar() as long?;
            if ((stored ?? 0) != expected)
                throw new VersionConflictException(change.Table, change.Key, expected, stored);
        }

        var statement = change.Body is not null ? Statement.Put : change.WholePrefix ? Statement.DeletePrefix : Statement.Delete;
        Prepared(change, statement, transaction).ExecuteNonQuery();
    }

    private SqliteCommand Prepared(in Change change, Statement statement, SqliteTransaction transaction)
    {
        if (!_commands.TryGetValue((change.Table, statement), out var command))
            _commands.Add((change.Table, statement), command = Prepare(SqliteSchema.Name(change.Table), statement));
        command.Transaction = transaction;
        command.Parameters[0].Value = change.Key;
        if (statement == Statement.DeletePrefix)
            command.Parameters[1].Value = change.Key + '\uffff';
        if (statement == Statement.Put)
        {
            command.Parameters[1].Value = change.Version;
            command.Parameters[2].Value = change.Body;
        }

        return command;
    }

    private SqliteCommand Prepare(string table, Statement statement)
    {
        var command = _writer.CreateCommand();
        command.CommandText = statement switch
        {
            Statement.Put => $"INSERT INTO {table} (key, version, body) VALUES ($key, $version, $body) ON CONFLICT (key) DO UPDATE SET version = excluded.version, body = excluded.body",
            Statement.Delete => $"DELETE FROM {table} WHERE key = $key",
            Statement.DeletePrefix => $"DELETE FROM {table} WHERE key >= $key AND key < $to",
            _ => $"SELECT version FROM {table} WHERE key = $key",
        };
        command.Parameters.Add("$key", SqliteType.Text);
        if (statement == Statement.DeletePrefix)
            command.Parameters.Add("$to", SqliteType.Text);
        if (statement == Statement.Put)
        {
            command.Parameters.Add("$version", SqliteType.Integer);
            command.Parameters.Add("$body", SqliteType.Blob);
        }

        return command;
    }
}
