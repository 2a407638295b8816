using Microsoft.Data.Sqlite;
using Rackboot.Core.Storage.Sealing;

namespace Rackboot.Core.Storage;

/// <summary>Writes batches of changes to the one connection that writes, each in a transaction. Transactions are SQL of our own: SQLite
/// ends one by
/// itself on a full disk, and an object that stands for it would not know.</summary>
internal sealed class SqliteWriter(SqliteConnection connection, SealedTables seals) : IDisposable
{
    private readonly Dictionary<(Table, Statement), SqliteCommand> _commands = [];

    // Prepared once: they are part of every commit.
    private readonly SqliteCommand _begin = Plain(connection, "BEGIN IMMEDIATE");
    private readonly SqliteCommand _commit = Plain(connection, "COMMIT");

    private enum Statement
    {
        Put,
        Delete,
        DeletePrefix,
        Version,
    }

    /// <summary>Writes all of <paramref name="batch"/>, and syncs once.</summary>
    /// <returns>The work that was refused because its version had changed; the rest is on disk.</returns>
    /// <exception cref="SqliteException">Nothing was written.</exception>
    public Dictionary<WriteQueue.Work, VersionConflictException> Write(IReadOnlyList<WriteQueue.Work> batch)
    {
        var conflicts = new Dictionary<WriteQueue.Work, VersionConflictException>();
        _begin.ExecuteNonQuery();
        try
        {
            foreach (var work in batch)
                if (Apply(work) is { } conflict)
                    conflicts.Add(work, conflict);
            _commit.ExecuteNonQuery();
            return conflicts;
        }
        catch
        {
            SqliteFaults.RollBack(connection);
            throw;
        }
    }

    /// <summary>Encrypts everything that is sealed with the current key, in one transaction.</summary>
    /// <exception cref="SqliteException">Nothing was changed.</exception>
    public void Reseal()
    {
        _begin.ExecuteNonQuery();
        try
        {
            Sealing.Reseal.All(connection, seals);
            _commit.ExecuteNonQuery();
        }
        catch
        {
            SqliteFaults.RollBack(connection);
            throw;
        }
    }

    /// <summary>Brings the log into the database and gives its room back to the disk.</summary>
    public void EmptyLog()
    {
        try
        {
            SqliteSchema.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // There is no room for that either.
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _begin.Dispose();
        _commit.Dispose();
        connection.Dispose();
    }

    // All changes of one caller or none: where a version is expected, a conflict is rolled back to the savepoint, and the rest of the batch
    // goes on.
    private VersionConflictException? Apply(WriteQueue.Work work)
    {
        if (work.Changes.All(c => c.Expected is null))
        {
            foreach (var change in work.Changes)
                Apply(change);
            return null;
        }

        SqliteSchema.Execute(connection, "SAVEPOINT work");
        try
        {
            foreach (var change in work.Changes)
                Apply(change);
            SqliteSchema.Execute(connection, "RELEASE work");
            return null;
        }
        catch (VersionConflictException conflict)
        {
            SqliteSchema.Execute(connection, "ROLLBACK TO work; RELEASE work");
            return conflict;
        }
    }

    private void Apply(in Change change)
    {
        if (change.Expected is { } expected)
        {
            var stored = Prepared(change, Statement.Version).ExecuteScalar() as long?;
            if ((stored ?? 0) != expected)
                throw new VersionConflictException(change.Table, change.Key, expected, stored);
        }

        Prepared(change, change.Body is not null ? Statement.Put : change.WholePrefix ? Statement.DeletePrefix
            : Statement.Delete).ExecuteNonQuery();
    }

    private SqliteCommand Prepared(in Change change, Statement statement)
    {
        if (!_commands.TryGetValue((change.Table, statement), out var command))
            _commands.Add((change.Table, statement), command = Prepare(SqliteSchema.Name(change.Table), statement));
        command.Parameters[0].Value = change.Key;
        if (statement == Statement.DeletePrefix)
            command.Parameters[1].Value = change.Key + '\uffff';
        if (statement == Statement.Put)
        {
            command.Parameters[1].Value = change.Version;
            command.Parameters[2].Value = SealedTables.Contains(change.Table) ? seals.Seal(change.Table, change.Key, change.Body)
                : change.Body;
        }

        return command;
    }

    private static SqliteCommand Plain(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private SqliteCommand Prepare(string table, Statement statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement switch
        {
            Statement.Put => $"INSERT INTO {table} (key, version, body) VALUES ($key, $version, $body) ON CONFLICT (key) DO UPDATE SET "
                + $"version = excluded.version, body = excluded.body",
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
