using Microsoft.Data.Sqlite;

namespace Rackboot.Core.Storage;

/// <summary>The schema and how older ones become it. A step, once released, is never changed; a new one is added below it.</summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        string.Concat(new[] { "machines", "observations", "machineconfigs", "profiles", "assets", "leases", "boots", "timelines", "events" }
            .Select(Create)),
        string.Concat(new[] { "credentials", "bmcs" }.Select(Create)),
        string.Concat(new[] { "images", "bundles" }.Select(Create)),
        Create("marks"),
        Create("provisioning"),
        string.Concat(new[] { "clusters", "clustersecrets", "clustermemories" }.Select(Create)),
        Create("jointokens"),
        string.Concat(new[] { "providers", "placements" }.Select(Create)),
        string.Concat(new[] { "operations", "operationsteps" }.Select(Create)),
        string.Concat(new[] { "tokens", "audit", "certificates" }.Select(Create)),
    ];

    public static int Newest => Steps.Length;

    public static string Name(Table table) => table.ToString().ToLowerInvariant();

    /// <summary>Brings the database to the newest schema, each step in a transaction of its own.</summary>
    /// <exception cref="InvalidDataException">A newer Rackboot has written it.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"));
        if (version > Newest)
            throw new InvalidDataException(
                $"{path} has schema {version}; this rackbootd supports schemas up to {Newest}. Start the newer rackbootd that wrote it, or "
                    + "restore an earlier copy.");
        for (; version < Newest; version++)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {Steps[version]} PRAGMA user_version = {version + 1}; COMMIT;");
        }
    }

    private static string Create(string table) =>
        $"CREATE TABLE {table} (key TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;";

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
