using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>Content on the disk, each file named by its SHA-256: what a boot file and an image have in common lies here once. A file stays
/// while something is made of
/// it; what comes in is written aside and takes its name when it is whole and on the disk.</summary>
public sealed class ContentStore
{
    private readonly Lock _lock = new();
    private readonly string _files;
    private readonly string _incoming;
    private readonly string _partial;
    private readonly Dictionary<string, int> _holders = [];

    /// <param name="dataDirectory">Of the appliance; what was half-written when it last ended is cleared away.</param>
    public ContentStore(string dataDirectory)
    {
        var assets = Path.Combine(dataDirectory, "assets");
        (_files, _incoming, _partial) = (Path.Combine(assets, "sha256"), Path.Combine(assets, "incoming"), Path.Combine(assets, "partial"));
        if (Directory.Exists(_incoming))
            Directory.Delete(_incoming, recursive: true);
        foreach (var directory in (string[])[_files, _incoming, _partial])
            Directory.CreateDirectory(directory);
    }

    /// <summary>Room on the disk that this is on.</summary>
    public long FreeBytes => new DriveInfo(_files).AvailableFreeSpace;

    public string PathOf(string sha256) => Path.Combine(_files, sha256);

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>A place for what comes in; what is left of it is cleared away at the next start.</summary>
    public string NewIncoming() => Path.Combine(_incoming, Guid.NewGuid().ToString("N"));

    /// <summary>Where what is fetched grows, under the same name at each try and over restarts.</summary>
    public string PartialOf(string what) =>
        Path.Combine(_partial,
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(what)))[..32]);

    /// <summary>Fetches that were begun and never finished, with the time of their last byte.</summary>
    public IEnumerable<FileInfo> Abandoned() => new DirectoryInfo(_partial).EnumerateFiles();

    /// <summary>Gives the whole file <paramref name="incoming"/>, which is on the disk already, its name and a holder.</summary>
    public void Publish(string incoming, string sha256)
    {
        lock (_lock)
        {
            Place(incoming, sha256);
            Hold(sha256);
        }
    }

    /// <summary>Gives the whole file <paramref name="incoming"/> its name. Until somebody holds it, the next start clears it
    /// away.</summary>
    public void Place(string incoming, string sha256)
    {
        lock (_lock)
            if (Has(sha256) && new FileInfo(PathOf(sha256)).LinkTarget is null)
                File.Delete(incoming);
            else
                File.Move(incoming, PathOf(sha256), overwrite: true);
    }

    /// <summary>One more thing is made of this content, if it is here.</summary>
    public bool TryHold(string sha256)
    {
        lock (_lock)
        {
            if (Has(sha256))
                Hold(sha256);
            return Has(sha256);
        }
    }

    /// <summary>One more thing is made of this content.</summary>
    public void Hold(string sha256)
    {
        lock (_lock)
            _holders[sha256] = _holders.GetValueOrDefault(sha256) + 1;
    }

    /// <summary>One thing less is made of it; after the last its file goes.</summary>
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

    /// <summary>Takes away what nothing is made of: left by a power cut between the file and the store. To be called once everybody has
    /// said what they hold.</summary>
    public void Sweep()
    {
        lock (_lock)
            foreach (var file in Directory.EnumerateFiles(_files))
                if (!_holders.ContainsKey(Path.GetFileName(file)))
                    File.Delete(file);
    }

    /// <summary>What to say of a write that failed.</summary>
    internal static string Reason(IOException e) => e is not TransferException && FileTransfer.IsDiskFull(e)
        ? "the disk is full; free space (rackboot asset prune lists unused files) and try again"
        : e.Message;
}
