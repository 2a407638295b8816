namespace Rackboot.Daemon.Backups;

/// <summary>The files of the data directory for a backup: all except those that are created again, so that files of new parts are
/// included automatically.</summary>
internal static class BackupFiles
{
    // The store and its key are copied by the store itself.
    private static readonly string[] Not =
    [
        "rackboot.db", "rackboot.db-wal", "rackboot.db-shm", "rackboot.reserve", "credentials.key", "credentials.key.next",
    ];

    private static readonly string[] NotBelow =
    [
        "assets", "console", "firmware", SnapshotFolder, "restore.partial", "restore.ready", "replaced",
    ];

    public const string SnapshotFolder = "backups";

    /// <summary>Their paths below the data directory.</summary>
    /// <param name="assets">Boot files and images too, which are named by their content and never change.</param>
    public static IReadOnlyList<string> In(string data, bool assets)
    {
        var files = Below(data, "").Where(f => !Not.Contains(f) && !NotBelow.Contains(f.Split('/')[0]) && !IsUnfinished(f));
        return [.. (assets ? files.Concat(Below(data, "assets/sha256")) : files).Order(StringComparer.Ordinal)];
    }

    private static bool IsUnfinished(string file) =>
        file.EndsWith(".new", StringComparison.Ordinal) || file.EndsWith(".partial", StringComparison.Ordinal)
            || file.EndsWith(StoreBackup.CopyEnding, StringComparison.Ordinal);

    private static IEnumerable<string> Below(string data, string folder)
    {
        var at = Path.Combine(data, folder);
        return Directory.Exists(at)
            ? Directory.EnumerateFiles(at, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip =
                FileAttributes.ReparsePoint }).Select(f => Path.GetRelativePath(data, f))
            : [];
    }
}
