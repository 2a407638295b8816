using Microsoft.Data.Sqlite;

namespace Rackboot.Core.Storage;

/// <summary>A copy of a store in use.</summary>
public static class SqliteCopy
{
    /// <summary>Writes what the last commit left into a new file, readable by its owner alone. What was deleted is not in it.</summary>
    /// <exception cref="IOException">The disk has no room for the copy beside the reserve.</exception>
    /// <exception cref="SqliteException">The copy failed; the file is gone.</exception>
    internal static bool Write(SqliteConnection connection, string path, StoreReserve reserve)
    {
        var bytes = Convert.ToInt64(SqliteSchema.Scalar(connection, "PRAGMA page_count"))
            * Convert.ToInt64(SqliteSchema.Scalar(connection, "PRAGMA page_size"));
        if (reserve.FreeBytes < bytes + reserve.Bytes)
            throw new IOException($"the copy of the store takes {bytes >> 20:N0} MB in {Path.GetDirectoryName(path)}, and {reserve.FreeBytes
                >> 20:N0} MB are free, {reserve.Bytes >> 20:N0} MB of them needed for leases; free some space there");
        new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $path";
            command.Parameters.AddWithValue("$path", path);
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
            return true;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>What is wrong with the store in a directory; null if it can be used: whole, of a schema that is known, with its key. An
    /// older schema is brought to the newest.</summary>
    public static string? Fault(string directory)
    {
        SystemSqlite.EnsureBound();
        var path = Path.Combine(directory, "rackboot.db");
        try
        {
            using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false,
            }.ToString()))
            {
                connection.Open();
                if (SqliteSchema.Scalar(connection, "PRAGMA quick_check") is not "ok")
                    return $"{path} is damaged";
            }

            SqliteStore.Open(path, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).DisposeAsync().AsTask().GetAwaiter()
                .GetResult();
            return null;
        }
        catch (SqliteException e)
        {
            return $"{path} is damaged: {e.Message}";
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return e.Message;
        }
    }
}
