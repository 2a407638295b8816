using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>Content on disk, each file named by its SHA-256, so that boot files and images share equal content. A file is kept
/// while something holds it; incoming content is written to another place and renamed when it is complete and synced.</summary>
public sealed class ContentStore
{
    private readonly Lock _lock = new();
    private readonly string _files;
    private readonly string _incoming;
    private readonly string _partial;
    private readonly Dictionary<string, int> _holders = [];

    /// <param name="dataDirectory">The appliance's data directory; leftovers of interrupted writes are deleted.</param>
    public ContentStore(string dataDirectory)
    {
        var assets = Path.Combine(dataDirectory, "assets");
        (_files, _incoming, _partial) = (Path.Combine(assets, "sha256"), Path.Combine(assets, "incoming"), Path.Combine(assets, "partial"));
        if (Directory.Exists(_incoming))
            Directory.Delete(_incoming, recursive: true);
        foreach (var directory in (string[])[_files, _incoming, _partial])
            Directory.CreateDirectory(directory);
    }

    /// <summary>Free space on this disk.</summary>
    public long FreeBytes => new DriveInfo(_files).AvailableFreeSpace;

    public string PathOf(string sha256) => Path.Combine(_files, sha256);

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>A temporary path for incoming content; the next start deletes leftovers.</summary>
    public string NewIncoming() => Path.Combine(_incoming, Guid.NewGuid().ToString("N"));

    /// <summary>The path of a partial fetch, the same at each attempt and after restarts.</summary>
    public string PartialOf(string what) =>
        Path.Combine(_partial,
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(what)))[..32]);

    /// <summary>Unfinished fetches, with the time of their last byte.</summary>
    public IEnumerable<FileInfo> Abandoned() => new DirectoryInfo(_partial).EnumerateFiles();

    /// <summary>Gives the complete, synced file <paramref name="incoming"/> its name and a holder.</summary>
    public void Publish(string incoming, string sha256)
    {
        lock (_lock)
        {
            Place(incoming, sha256);
            Hold(sha256);
        }
    }

    /// <summary>Gives the complete file <paramref name="incoming"/> its name. Without a holder, the next start deletes
    /// it.</summary>
    public void Place(string incoming, string sha256)
    {
        lock (_lock)
            if (Has(sha256) && new FileInfo(PathOf(sha256)).LinkTarget is null)
                File.Delete(incoming);
            else
                File.Move(incoming, PathOf(sha256), overwrite: true);
    }

    /// <summary>Adds a holder of this content, if it is stored.</summary>
    public bool TryHold(string sha256)
    {
        lock (_lock)
        {
            if (Has(sha256))
                Hold(sha256);
            return Has(sha256);
        }
    }

    /// <summary>Adds a holder of this content.</summary>
    public void Hold(string sha256)
    {
        lock (_lock)
            _holders[sha256] = _holders.GetValueOrDefault(sha256) + 1;
    }

    /// <summary>Removes a holder; the last one deletes the file.</summary>
    public void Release(string sha256)
    {
        lock (_lock)
        {
            if (_holders.GetValueOrDefault(sha256) > 1)
            {
                _holders[sha256]--;
                return;
            }

            _holders.Remove(sha256);
            File.Delete(PathOf(sha256));
        }
    }

    /// <summary>Deletes files without holders, left by a power cut between writing the file and the store. Call it after all holders
    /// are added.</summary>
    public void Sweep()
    {
        lock (_lock)
            foreach (var file in Directory.EnumerateFiles(_files))
                if (!_holders.ContainsKey(Path.GetFileName(file)))
                    File.Delete(file);
    }

    /// <summary>The message for a failed write.</summary>
    internal static string Reason(IOException e) => e is not TransferException && FileTransfer.IsDiskFull(e)
        ? "the disk is full; free space (rackboot asset prune lists unused files) and try again"
        : e.Message;
}
