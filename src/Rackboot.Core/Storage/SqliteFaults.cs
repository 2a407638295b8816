using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Rackboot.Core.Storage;

/// <summary>What SQLite's result codes mean for the store (sqlite.org/rescode.html).</summary>
internal static class SqliteFaults
{
    /// <summary>SQLITE_ERROR: the statement does not fit what is in the file.</summary>
    public const int Logic = 1;

    private const int Busy = 5, IoError = 10, Corrupt = 11, Full = 13, NotADatabase = 26;

    /// <param name="freeBytes">On the disk: a full one also shows as an I/O error, where the log's index cannot grow.</param>
    public static StoreFault Of(SqliteException e, long freeBytes) => e.SqliteErrorCode switch
    {
        Full => StoreFault.DiskFull,
        Busy => StoreFault.Locked,
        Corrupt or NotADatabase => StoreFault.Damaged,
        IoError when freeBytes < 64 * 1024 => StoreFault.DiskFull,
        _ => StoreFault.DiskError,
    };

    /// <summary>What SQLite says, in one line.</summary>
    public static string Reason(SqliteException e) => $"SQLite error {e.SqliteExtendedErrorCode}: "
        + $"{raw.sqlite3_errstr(e.SqliteErrorCode).utf8_to_string()}";

    /// <summary>Ends the transaction under way, if SQLite has not done so itself: on a full disk and on I/O errors it does
    /// (sqlite.org/lang_transaction.html).</summary>
    public static void RollBack(SqliteConnection connection)
    {
        if (raw.sqlite3_get_autocommit(connection.Handle) != 0)
            return;
        try
        {
            SqliteSchema.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // It has ended all the same: ROLLBACK reports the error that the disk goes on giving.
        }
    }
}
