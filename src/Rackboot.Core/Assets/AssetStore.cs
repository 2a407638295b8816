using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Assets;

/// <summary>The boot files of the appliance: those that operators imported, on disk under the data directory, and the distribution's iPXE.</summary>
public sealed class AssetStore
{
    // Files of Debian's and Fedora's ipxe packages and the asset each becomes; the first of a name that exists is taken.
    private static readonly (string Asset, string File)[] Distribution =
    [
        ("ipxe/bios/undionly.kpxe", "undionly.kpxe"),
        ("ipxe/amd64/snponly.efi", "snponly.efi"),
        ("ipxe/amd64/snponly.efi", "ipxe-snponly-x86_64.efi"),
        ("ipxe/amd64/ipxe.efi", "ipxe.efi"),
        ("ipxe/amd64/ipxe.efi", "ipxe-x86_64.efi"),
        ("ipxe/arm64/snponly.efi", "arm64-efi/snponly.efi"),
    ];

    private readonly string _directory;
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Dictionary<string, Asset> _distribution = [];
    private volatile ImmutableSortedDictionary<string, Asset> _assets;

    public AssetStore(string dataDirectory, string distributionDirectory, IStore store, EventLog events, TimeProvider time, ILogger<AssetStore> log)
    {
        (_directory, _store, _events, _time) = (Path.Combine(dataDirectory, "assets"), store, events, time);
        Directory.CreateDirectory(_directory);
        foreach (var unfinished in Directory.EnumerateFiles(_directory, "*.part"))
            File.Delete(unfinished);

        var assets = ImmutableSortedDictionary.CreateBuilder<string, Asset>(StringComparer.Ordinal);
        foreach (var asset in FromDistribution(distributionDirectory))
            if (_distribution.TryAdd(asset.Name, asset))
                assets.Add(asset.Name, asset);
        foreach (var asset in store.Load(Table.Assets).Select(StoreJson.Read<Asset>))
            if (File.Exists(asset.File))
                assets[asset.Name] = asset;
            else
                log.LogError("Asset {Asset} is missing: {File} is gone; import it again", asset.Name, asset.File);
        _assets = assets.ToImmutable();
    }

    public IReadOnlyDictionary<string, Asset> All => _assets;

    public Asset? Find(string name) => _assets.GetValueOrDefault(name);

    /// <summary>Stores what <paramref name="content"/> gives as the asset <paramref name="name"/>, in place of an older one. It is seen whole or not at all.</summary>
    public async Task<Applied<Asset>> ImportAsync(string name, Stream content, CancellationToken cancel)
    {
        if (AssetName.Mistake(name) is { } mistake)
            return Applied<Asset>.Refused(Refusal.Invalid("", mistake));

        var part = Path.Combine(_directory, $"{Guid.NewGuid():N}.part");
        try
        {
            var (bytes, sha256) = await WriteAsync(part, content, cancel).ConfigureAwait(false);
            if (bytes == 0)
                return Applied<Asset>.Refused(Refusal.Invalid("", $"the file for {name} is empty"));
            await _changing.WaitAsync(cancel).ConfigureAwait(false);
            try
            {
                return await PublishAsync(name, part, bytes, sha256).ConfigureAwait(false);
            }
            finally
            {
                _changing.Release();
            }
        }
        finally
        {
            File.Delete(part);
        }
    }

    public async Task<Refusal?> RemoveAsync(string name)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Find(name) is not { } asset)
                return Refusal.NotFound($"there is no asset {name}");
            if (asset.Origin == AssetOrigin.Distribution)
                return Refusal.Conflict("", $"{name} belongs to the distribution's ipxe package ({asset.File}); remove it there");
            await _store.CommitAsync([Change.Delete(Table.Assets, name)]).ConfigureAwait(false);
            _assets = _distribution.TryGetValue(name, out var ours) ? _assets.SetItem(name, ours) : _assets.Remove(name);
            File.Delete(asset.File);
            _events.Add("asset.removed", Level.Info, null, null, $"asset {name} removed");
            return null;
        }
        finally
        {
            _changing.Release();
        }
    }

    // Files are named by their content, so that a transfer under way goes on with the old file when a new one takes its name.
    private async Task<Applied<Asset>> PublishAsync(string name, string part, long bytes, string sha256)
    {
        var old = Find(name);
        if (old is { Origin: AssetOrigin.Imported } && old.Sha256 == sha256 && File.Exists(old.File))
            return new Applied<Asset>(old, Created: false);
        var file = Path.Combine(_directory, $"{name.Replace('/', '~')}.{sha256[..16]}");
        File.Move(part, file, overwrite: true);
        var asset = new Asset { Name = name, File = file, Bytes = bytes, Sha256 = sha256, Added = _time.GetUtcNow(), Origin = AssetOrigin.Imported };
        try
        {
            await _store.CommitAsync([Change.Put(Table.Assets, name, asset)]).ConfigureAwait(false);
        }
        catch (IOException) when (old?.File != file)
        {
            File.Delete(file); // a full disk has no room for what nothing names
            throw;
        }

        _assets = _assets.SetItem(name, asset);
        if (old is { Origin: AssetOrigin.Imported } && old.File != file)
            File.Delete(old.File);
        _events.Add("asset.imported", Level.Info, null, null, $"asset {name} imported, {bytes:N0} bytes, SHA-256 {sha256}");
        return new Applied<Asset>(asset, Created: old is null);
    }

    private static async Task<(long Bytes, string Sha256)> WriteAsync(string file, Stream content, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        var buffer = new byte[1 << 20];
        long bytes = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0; bytes += read)
        {
            hash.AppendData(buffer, 0, read);
            await output.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
        }

        output.Flush(flushToDisk: true);
        return (bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static IEnumerable<Asset> FromDistribution(string directory)
    {
        foreach (var (name, file) in Distribution)
        {
            if (Real(Path.Combine(directory, file)) is not { } path)
                continue;
            using var content = File.OpenRead(path);
            yield return new Asset
            {
                Name = name,
                File = path,
                Bytes = content.Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
                Added = new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero),
                Origin = AssetOrigin.Distribution,
            };
        }
    }

    // Packages link to /boot; a link has a length of its own, and may lead nowhere.
    private static string? Real(string path)
    {
        try
        {
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return File.Exists(path) ? path : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
