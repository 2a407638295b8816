using System.Text.Json;
using Rackboot.Oci;
using Rackboot.Transfer;

namespace Rackboot.Cli.Mirror;

/// <summary>The directory beside a bundle that collects its parts, each named by its checksum, until the bundle is complete. Parts in it
/// are not fetched again.</summary>
internal sealed class BundleWorkshop
{
    private readonly string _directory;
    private readonly string _known;
    private readonly Dictionary<string, string> _files;
    private readonly Lock _lock = new();

    public BundleWorkshop(string directory)
    {
        (_directory, _known) = (Directory.CreateDirectory(directory).FullName, Path.Combine(directory, "files.json"));
        Directory.CreateDirectory(Path.Combine(directory, "partial"));
        _files = ReadKnown();
    }

    public string PathOf(OciDigest digest) => Path.Combine(_directory, digest.Hex);

    public bool Has(OciDigest digest) => File.Exists(PathOf(digest));

    public long BytesOf(OciDigest digest) => new FileInfo(PathOf(digest)).Length;

    /// <summary>The digest of a file from an earlier run.</summary>
    public OciDigest? Find(string name)
    {
        lock (_lock)
            return _files.TryGetValue(name, out var hex) && File.Exists(Path.Combine(_directory, hex)) ? OciDigest.OfHex(hex) : null;
    }

    /// <summary>Fetches a file; resumes what an earlier run left.</summary>
    /// <param name="written">Receives the number of bytes present.</param>
    public async Task<OciDigest> FetchAsync(FileTransfer transfer, RemoteFile remote, string? name, Action<long> written,
        CancellationToken cancel)
    {
        var partial = Path.Combine(_directory, "partial",
            OciDigest.Of(System.Text.Encoding.UTF8.GetBytes(remote.Sha256 ?? remote.Title)).Hex[..32]);
        using var file = new PartialFile(partial);
        var running = transfer.RunAsync(remote, file, cancel);
        while (await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None)) != running)
            written(file.Written);
        await running;
        var digest = OciDigest.OfHex(file.Sha256);
        File.Move(partial, PathOf(digest), overwrite: true);
        written(file.Written);
        if (name is not null)
            Remember(name, digest);
        return digest;
    }

    /// <summary>Stores a manifest.</summary>
    public async Task KeepAsync(OciDigest digest, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var partial = PathOf(digest) + ".new";
        await File.WriteAllBytesAsync(partial, content, cancel);
        File.Move(partial, PathOf(digest), overwrite: true);
    }

    /// <summary>The bundle is complete: deletes its parts.</summary>
    public void Clear() => Directory.Delete(_directory, recursive: true);

    private void Remember(string name, OciDigest digest)
    {
        lock (_lock)
        {
            _files[name] = digest.Hex;
            File.WriteAllBytes(_known, JsonSerializer.SerializeToUtf8Bytes(_files));
        }
    }

    private Dictionary<string, string> ReadKnown()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(_known)) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return [];
        }
    }
}
