using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>The appliance's boot files by name: imported, fetched, from bundles, and the distribution's iPXE.</summary>
public sealed class AssetStore
{
    private readonly ContentStore _content;
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Dictionary<string, Asset> _distribution = [];
    private volatile ImmutableSortedDictionary<string, Asset> _assets;

    public AssetStore(string dataDirectory, ContentStore content, string distributionDirectory, IStore store, EventLog events,
        TimeProvider time, ILogger<AssetStore> log)
    {
        (_content, _store, _events, _time) = (content, store, events, time);
        foreach (var unfinished in Directory.EnumerateFiles(Path.Combine(dataDirectory, "assets"), "*.part"))
            File.Delete(unfinished); // older releases wrote them there

        var assets = ImmutableSortedDictionary.CreateBuilder<string, Asset>(StringComparer.Ordinal);
        foreach (var asset in DistributionAssets.Of(distributionDirectory))
            if (_distribution.TryAdd(asset.Name, asset))
                assets.Add(asset.Name, asset);
        foreach (var asset in store.Load(Table.Assets).Select(StoreJson.Read<Asset>).Select(Here))
        {
            if (IsContent(asset))
                _content.Hold(asset.Sha256);
            if (File.Exists(asset.File))
                assets[asset.Name] = asset;
            else
                log.LogError("Asset {Asset}: its file {File} is missing; import it again", asset.Name, asset.File);
        }

        _assets = assets.ToImmutable();
    }

    public IReadOnlyDictionary<string, Asset> All => _assets;

    public Asset? Find(string name) => _assets.GetValueOrDefault(name);

    /// <summary>Stores <paramref name="content"/> as the asset <paramref name="name"/>, replacing an older one. It becomes visible
    /// complete or not at all.</summary>
    /// <param name="by">The user, for the event.</param>
    public async Task<Applied<Asset>> ImportAsync(string name, Stream content, string by, CancellationToken cancel)
    {
        if (AssetName.Mistake(name) is { } mistake)
            return Applied<Asset>.Refused(Refusal.Invalid("", mistake));

        var incoming = _content.NewIncoming();
        try
        {
            var (bytes, sha256) = await WriteAsync(incoming, content, cancel).ConfigureAwait(false);
            if (bytes == 0)
                return Applied<Asset>.Refused(Refusal.Invalid("", $"the file of {name} is empty"));
            return await AddAsync(name, incoming, bytes, sha256, AssetOrigin.Imported, null, by).ConfigureAwait(false);
        }
        catch (IOException e) when (FileTransfer.IsDiskFull(e))
        {
            return Applied<Asset>.Refused(Refusal.Conflict("", $"{name} was not stored: {ContentStore.Reason(e)}"));
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <summary>Stores the complete file <paramref name="incoming"/> as the asset <paramref name="name"/>.</summary>
    public async Task<Applied<Asset>> AddAsync(
        string name, string incoming, long bytes, string sha256, AssetOrigin origin, string? source, string? by = null)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var old = Find(name);
            if (old is { Origin: not AssetOrigin.Distribution } && old.Sha256 == sha256 && File.Exists(old.File))
            {
                File.Delete(incoming);
                return new Applied<Asset>(old, Created: false);
            }

            var asset = Describe(name, bytes, sha256, origin, source);
            _content.Publish(incoming, sha256);
            try
            {
                await _store.CommitAsync([Change.Put(Table.Assets, name, asset)]).ConfigureAwait(false);
            }
            catch (IOException)
            {
                _content.Release(sha256); // a full disk has no space for unused files
                throw;
            }

            Show(asset);
            _events.Add(origin == AssetOrigin.Imported ? "asset.imported" : "asset.fetched", Level.Info, null, null,
                $"asset {name} {(origin == AssetOrigin.Imported ? $"imported by {by}" : $"fetched from {source}")}, {bytes:N0} bytes, "
                    + $"SHA-256 {sha256}");
            return new Applied<Asset>(asset, Created: old is null);
        }
        finally
        {
            _changing.Release();
        }
    }

    public async Task<Refusal?> RemoveAsync(string name, string by = "the operator")
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
            Drop(asset);
            _events.Add("asset.removed", Level.Info, null, null, $"asset {name} removed by {by}");
            return null;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The asset for content in the store.</summary>
    internal Asset Describe(string name, long bytes, string sha256, AssetOrigin origin, string? source) =>
        new() { Name = name, File = _content.PathOf(sha256), Bytes = bytes, Sha256 = sha256, Added = _time.GetUtcNow(), Origin = origin,
            Source = source };

    /// <summary>Adds assets whose content is already stored and held.</summary>
    internal async Task ShowAsync(IReadOnlyList<Asset> assets, Func<Task> commit)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            await commit().ConfigureAwait(false);
            foreach (var asset in assets)
                Show(asset);
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Show(Asset asset)
    {
        var old = Find(asset.Name);
        _assets = _assets.SetItem(asset.Name, asset);
        if (old is { Origin: not AssetOrigin.Distribution })
            Drop(old);
    }

    private void Drop(Asset asset)
    {
        if (IsContent(asset))
            _content.Release(asset.Sha256);
        else
            File.Delete(asset.File); // older releases stored files by name
    }

    // A store that was restored may be of an appliance with another data directory.
    private Asset Here(Asset asset) => asset.Origin != AssetOrigin.Distribution
        && asset.File.EndsWith($"/sha256/{asset.Sha256}", StringComparison.Ordinal)
            ? asset with { File = _content.PathOf(asset.Sha256) } : asset;

    private bool IsContent(Asset asset) => asset.File == _content.PathOf(asset.Sha256);

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
}
