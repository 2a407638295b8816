namespace Rackboot.Tftp;

/// <summary>The files on disk that clients fetch just now: each is opened and mapped once, however many fetch it. A request costs neither
/// a descriptor nor memory for its file.</summary>
public sealed class DiskTftpFiles
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (WeakReference<DiskTftpFile> File, DiskReader Reader, long Length, DateTime Written)> _open = [];

    /// <summary>The file <paramref name="path"/>, for the caller to dispose; null if it cannot be read.</summary>
    public DiskTftpFile? Open(string path)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            return null;
        lock (_lock)
        {
            // A file that was replaced meanwhile (a package of the distribution) is opened again; running transfers keep the old one.
            var isKnown = _open.TryGetValue(path, out var entry) && (entry.Length, entry.Written) == (info.Length, info.LastWriteTimeUtc);
            if (isKnown && entry.File.TryGetTarget(out var open) && open.Share() is { } shared)
                return shared;
            var reader = isKnown ? entry.Reader : new DiskReader();
            if (DiskTftpFile.Open(path, reader) is not { } file)
                return null;
            _open[path] = (new WeakReference<DiskTftpFile>(file), reader, info.Length, info.LastWriteTimeUtc);
            return file;
        }
    }
}
