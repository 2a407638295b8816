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

    /// <summary>Brings the database to the newest schema, all steps in one transaction: a store that cannot be brought there stays as it
    /// was, and the Rackboot that wrote it still reads it.</summary>
    /// <exception cref="InvalidDataException">A newer Rackboot has written it, or what is in it stands in a step's way.</exception>
    /// <exception cref="SqliteException">The disk is full or fails, or the file is damaged.</exception>
    public static void Migrate(SqliteConnection connection, string path)
    {
        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"));
        if (version > Newest)
            throw new InvalidDataException(
                $"{path} has schema {version}; this rackbootd supports schemas up to {Newest}. Start the newer rackbootd that wrote it, or "
                    + "restore an earlier copy.");
        if (version == Newest)
            return;
        try
        {
            Execute(connection, $"BEGIN IMMEDIATE; {string.Concat(Steps[version..])} PRAGMA user_version = {Newest}; COMMIT;");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFaults.Logic)
        {
            SqliteFaults.RollBack(connection);
            throw new InvalidDataException($"bringing {path} from schema {version} to {Newest} failed ({e.Message}). The store is "
                + "unchanged. To go on with the version that wrote it: remove the package (apt-get remove rackboot, dnf remove rackboot; "
                + "both keep the store) and install the older one. Or restore a backup: rackboot restore FILE", e);
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
