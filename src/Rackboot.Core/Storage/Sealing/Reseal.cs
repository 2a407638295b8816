using Microsoft.Data.Sqlite;

namespace Rackboot.Core.Storage.Sealing;

/// <summary>Encrypts stored documents: all of them again when the key changes, and plain text of an older Rackboot.</summary>
internal static class Reseal
{
    /// <summary>The mark that says which key everything is sealed with, and that nothing was left in the clear.</summary>
    public const string KeyMark = "key";

    // An older Rackboot kept lines of kernel logs whole, up to 64 KiB each.
    private const int LongestNote = 8 * 1024;

    /// <summary>Loads the key, and brings an older store to where everything secret is sealed with it.</summary>
    public static SealedTables Prepare(SqliteConnection connection, StoreKeyFiles files)
    {
        var mark = Mark(connection);
        var keys = files.Load(mark, InUse(connection, mark));
        var tables = new SealedTables(keys);
        if (mark is null)
            SealOlderStore(connection, tables);
        else if (mark != tables.Current.Id)
            InTransaction(connection, () => All(connection, tables));
        return tables;
    }

    /// <summary>Seals every document of the sealed tables with the current key, and marks the store so. To be called within a
    /// transaction.</summary>
    public static int All(SqliteConnection connection, SealedTables tables)
    {
        var count = 0;
        foreach (var table in SealedTables.All)
            foreach (var key in Keys(connection, table))
            {
                Write(connection, table, key, tables.Seal(table, key, Plain(connection, tables, table, key)));
                count++;
            }

        WriteMark(connection, tables.Current.Id);
        return count;
    }

    // Overwritten data stays in the file's free space and in its log unless both are rewritten. The mark comes last: a start that
    // was cut
    // off before it does all of this again.
    private static void SealOlderStore(SqliteConnection connection, SealedTables tables)
    {
        var count = 0;
        InTransaction(connection, () =>
        {
            count = All(connection, tables);
            SqliteSchema.Execute(connection,
                $"DELETE FROM events WHERE length(body) > {LongestNote}; DELETE FROM timelines WHERE length(body) > {LongestNote}; "
                    + $"DELETE FROM marks WHERE key = '{KeyMark}';");
        });
        if (count > 0)
            SqliteSchema.Execute(connection, "VACUUM;");
        SqliteSchema.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE);");
        WriteMark(connection, tables.Current.Id);
    }

    private static byte[] Plain(SqliteConnection connection, SealedTables tables, Table table, string key)
    {
        var body = Body(connection, table, key);
        return StoreKey.IsSealed(body) ? tables.Open(table, key, body) : table == Table.Credentials ? OlderCredential.Read(tables.Current,
            key, body) : body;
    }

    private static string? Mark(SqliteConnection connection) =>
        SqliteSchema.Scalar(connection, $"SELECT CAST(body AS TEXT) FROM marks WHERE key = '{KeyMark}'") as string;

    private static bool InUse(SqliteConnection connection, string? mark) => mark is not null
        || Keys(connection, Table.Credentials).Count > 0
        || Keys(connection, Table.MachineConfigs).Exists(key => StoreKey.IsSealed(Body(connection, Table.MachineConfigs, key)));

    private static void WriteMark(SqliteConnection connection, string id) =>
        SqliteSchema.Execute(connection, $"INSERT INTO marks (key, version, body) VALUES ('{KeyMark}', 1, CAST('{id}' AS BLOB)) ON "
            + $"CONFLICT (key) DO UPDATE SET body = excluded.body;");

    private static List<string> Keys(SqliteConnection connection, Table table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT key FROM {SqliteSchema.Name(table)}";
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
            keys.Add(reader.GetString(0));
        return keys;
    }

    private static byte[] Body(SqliteConnection connection, Table table, string key)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT body FROM {SqliteSchema.Name(table)} WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        return (byte[])command.ExecuteScalar()!;
    }

    private static void Write(SqliteConnection connection, Table table, string key, byte[] body)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE {SqliteSchema.Name(table)} SET body = $body WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        command.Parameters.AddWithValue("$body", body);
        command.ExecuteNonQuery();
    }

    private static void InTransaction(SqliteConnection connection, Action work)
    {
        SqliteSchema.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            work();
            SqliteSchema.Execute(connection, "COMMIT");
        }
        catch
        {
            SqliteFaults.RollBack(connection);
            throw;
        }
    }
}
