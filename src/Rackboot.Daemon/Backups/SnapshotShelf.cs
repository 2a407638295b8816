using System.Globalization;

namespace Rackboot.Daemon.Backups;

/// <summary>The scheduled backups in their directory: named by their time, the oldest thrown away. Files of other names are nobody's
/// business.</summary>
internal sealed class SnapshotShelf(string directory)
{
    public const string Ending = ".backup";

    private const string Prefix = "rackboot-";
    private const string Form = "yyyyMMdd'T'HHmmss'Z'";
    private const string Unfinished = ".partial";

    /// <summary>When the newest was made; null where there is none.</summary>
    public DateTimeOffset? Newest => Times().Select(s => (DateTimeOffset?)s.Time).Max();

    /// <summary>Has <paramref name="write"/> write a backup aside, gives it its name once it is whole and on the disk, and throws the
    /// oldest away.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> AddAsync(DateTimeOffset time, int keep, Func<Stream, Task> write)
    {
        Directory.CreateDirectory(directory);
        foreach (var left in Directory.EnumerateFiles(directory, $"{Prefix}*{Ending}{Unfinished}"))
            File.Delete(left);
        var path = Path.Combine(directory, Prefix + time.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture) + Ending);
        try
        {
            await using (var file = new FileStream(path + Unfinished, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await write(file).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + Unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(path + Unfinished);
            throw;
        }

        foreach (var (old, _) in Times().OrderByDescending(s => s.Time).Skip(keep))
            File.Delete(old);
        return path;
    }

    private IEnumerable<(string Path, DateTimeOffset Time)> Times()
    {
        if (!Directory.Exists(directory))
            yield break;
        foreach (var path in Directory.EnumerateFiles(directory, $"{Prefix}*{Ending}"))
            if (DateTimeOffset.TryParseExact(Path.GetFileName(path)[Prefix.Length..^Ending.Length], Form, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
                yield return (path, time);
    }
}
