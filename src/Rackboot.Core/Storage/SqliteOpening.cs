using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Storage.Sealing;

namespace Rackboot.Core.Storage;

/// <summary>Opens the store's file: settings, schema, key; and says what stands in the way.</summary>
internal static class SqliteOpening
{
    // Pages of 4 KiB that the log may have before it is brought into the database.
    private const int MostLogPages = 2000;
    private const int LeastLogPages = 100;

    // How long a lock of another program is waited for: a look at the store with the sqlite3 program takes less.
    private const int LockSeconds = 5;

    public static SqliteStore Open(string path, ILogger log, StoreOptions options)
    {
        SystemSqlite.EnsureBound();
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var reserve = new StoreReserve(directory, options.ReserveBytes);
        var health = new StoreHealth(path, () => reserve.FreeBytes, log, options.Time);
        var files = new StoreKeyFiles(directory, options.CredentialsDirectory);
        CreateFile(path, directory, options.Time);
        var connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = LockSeconds }.ToString();
        SqliteConnection? writer = null;
        try
        {
            (writer, var seals) = WithRoom(reserve, () => Connect(connectionString, path, reserve, files));
            reserve.TryKeep();
            return new SqliteStore(connectionString, writer, seals, files, reserve, health, log, options.Time);
        }
        catch (SqliteException e)
        {
            writer?.Dispose();
            throw new StoreException(new StoreTrouble(SqliteFaults.Of(e, reserve.FreeBytes), options.Time.GetUtcNow(),
                SqliteFaults.Reason(e), path, reserve.FreeBytes), e);
        }
    }

    private static (SqliteConnection, SealedTables) Connect(string connectionString, string path, StoreReserve reserve, StoreKeyFiles files)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            // The log fits twice into the reserve: bringing it into the database takes room beside it.
            var logPages = Math.Clamp(Math.Min(reserve.Drive.TotalSize / 16, reserve.Bytes == 0 ? long.MaxValue
                : reserve.Bytes / 2) / 4096, LeastLogPages, MostLogPages);
            SqliteSchema.Execute(connection,
                $"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = "
                    + $"{logPages}; PRAGMA journal_size_limit = {logPages * 4096}; PRAGMA busy_timeout = {LockSeconds * 1000};");
            SqliteSchema.Migrate(connection, path);
            return (connection, Reseal.Prepare(connection, files));
        }
        catch
        {
            connection.Dispose();
            SqliteConnection.ClearPool(connection);
            throw;
        }
    }

    // A start on a full disk gets the room that was kept.
    private static T WithRoom<T>(StoreReserve reserve, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (SqliteException e) when (SqliteFaults.Of(e, reserve.FreeBytes) is StoreFault.DiskFull or StoreFault.DiskError)
        {
            reserve.Release();
            return open();
        }
    }

    private static void CreateFile(string path, string directory, TimeProvider time)
    {
        if (new FileInfo(path) is { Exists: true } file)
        {
            // SQLite takes an empty file for a new store. Where there is a key there was a store.
            if (file.Length == 0 && File.Exists(Path.Combine(directory, StoreKeyFiles.FileName)))
                throw new StoreException(new StoreTrouble(StoreFault.Damaged, time.GetUtcNow(), "the file is empty", path, 0));
            return;
        }

        using var created = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }
}
