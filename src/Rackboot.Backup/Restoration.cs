namespace Rackboot.Backup;

/// <summary>Brings a backup into a data directory, all or nothing. It is unpacked into <c>restore.partial</c>; renaming that to
/// <c>restore.ready</c> decides; moving the files to their places comes after, and the next program that opens the directory
/// finishes it after an interruption.</summary>
public static class Restoration
{
    /// <summary>The file of the store.</summary>
    public const string Store = "rackboot.db";

    private const string Partial = "restore.partial";
    private const string Ready = "restore.ready";
    private const string Replaced = "replaced";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerOnly | UnixFileMode.UserExecute;

    // What belongs to the store of before and must not stand beside the new one.
    private static readonly string[] Companions = [$"{Store}-wal", $"{Store}-shm", "credentials.key.next"];

    /// <summary>Unpacks a backup beside what is there, durably. Nothing counts yet, and what cannot be finished leaves nothing
    /// behind.</summary>
    /// <returns>Where it is, and what it holds.</returns>
    /// <exception cref="BackupException">It cannot be read.</exception>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public static async Task<(string Directory, BackupManifest Manifest)> UnpackAsync(
        Stream backup, BackupUnlock unlock, string data, CancellationToken cancel)
    {
        var directory = Path.Combine(data, Partial);
        Discard(data);
        try
        {
            Directory.CreateDirectory(directory, OwnerDirectory);
            var manifest = await BackupReader.ReadAsync(backup, unlock, (name, content) => StoreAsync(directory, name, content, cancel),
                cancel)
                .ConfigureAwait(false);
            if (!File.Exists(Path.Combine(directory, "data", Store)))
                throw new BackupException("the backup holds no store");
            foreach (var at in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories).Append(directory))
                LinuxFiles.Flush(at);
            return (directory, manifest);
        }
        catch
        {
            Discard(data);
            throw;
        }
    }

    /// <summary>Takes away what was unpacked and not decided on.</summary>
    public static void Discard(string data)
    {
        var directory = Path.Combine(data, Partial);
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    /// <summary>Decides for what was unpacked, and puts it in its place.</summary>
    public static void Decide(string data)
    {
        Directory.Move(Path.Combine(data, Partial), Path.Combine(data, Ready));
        LinuxFiles.Flush(data);
        Finish(data);
    }

    /// <summary>Finishes a restore that was decided on. What stood in a place is kept in <c>replaced</c>.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Finish(string data)
    {
        var ready = Path.Combine(data, Ready);
        if (!Directory.Exists(ready))
            return false;
        var files = Path.Combine(ready, "data");
        if (File.Exists(Path.Combine(files, Store)))
            foreach (var companion in Companions.Where(c => File.Exists(Path.Combine(data, c))))
                Aside(data, companion);
        // The store comes last: as long as it is here, what stands in its place is the one of before.
        foreach (var name in Files(files).OrderBy(n => n == Store))
        {
            var place = Path.Combine(data, name);
            if (File.Exists(place))
                Aside(data, name);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!, OwnerDirectory);
            File.Move(Path.Combine(files, name), place);
        }

        LinuxFiles.Flush(data);
        Directory.Delete(ready, recursive: true);
        return true;
    }

    private static List<string> Files(string directory) => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(directory, f))]
        : [];

    private static void Aside(string data, string name)
    {
        // Files are named by their content there: the one that stands is the same.
        if (name.StartsWith("assets/", StringComparison.Ordinal))
        {
            File.Delete(Path.Combine(data, name));
            return;
        }

        var place = Path.Combine(data, Replaced, name);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!, OwnerDirectory);
        File.Move(Path.Combine(data, name), place, overwrite: true);
    }

    private static async Task StoreAsync(string directory, string name, Stream content, CancellationToken cancel)
    {
        var path = Path.Combine(directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerDirectory);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = OwnerOnly,
        });
        await content.CopyToAsync(file, cancel).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
    }
}
