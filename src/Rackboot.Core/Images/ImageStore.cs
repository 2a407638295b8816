using System.Collections.Immutable;
using Rackboot.Core.Assets;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Oci;
using Rackboot.Oci.Distribution;

namespace Rackboot.Core.Images;

/// <summary>The container images of the mirror. Everything that a request needs is in memory; the content is in the <see
/// cref="ContentStore"/>.</summary>
public sealed class ImageStore
{
    private readonly ContentStore _content;
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private volatile Index _index = Index.Empty;

    public ImageStore(ContentStore content, IStore store, EventLog events)
    {
        (_content, _store, _events) = (content, store, events);
        var images = store.Load(Table.Images).Select(StoreJson.Read<MirroredImage>).ToList();
        foreach (var part in images.SelectMany(i => i.Parts))
            content.Hold(part.Sha256);
        _index = Index.Of(images);
    }

    /// <summary>By reference.</summary>
    public IReadOnlyCollection<MirroredImage> All => [.. _index.Images.Values];

    public IReadOnlyList<MirroredBundle> Bundles =>
        [.. _store.Load(Table.Bundles).Select(StoreJson.Read<MirroredBundle>).OrderByDescending(b => b.Imported)];

    /// <summary>The manifest of <paramref name="request"/>; null if it is missing.</summary>
    public ImagePart? FindManifest(RegistryRequest request)
    {
        var index = _index;
        if (request.Digest is { } digest)
            return index.Parts.TryGetValue(digest.Hex, out var part) && part.MediaType is not null ? part : null;
        var image = request.Registry is { } registry
            ? index.Images.GetValueOrDefault($"{registry}/{request.Repository}:{request.Tag}")
            // Without a registry, any one with such an image matches, as in Talos's own registry.
            : index.Images.Values.FirstOrDefault(i =>
                i.Reference.EndsWith($"/{request.Repository}:{request.Tag}", StringComparison.Ordinal)
                && i.Reference.IndexOf('/') == i.Reference.Length - request.Repository.Length - request.Tag!.Length - 2);
        return image?.Parts[0];
    }

    /// <summary>Content of a mirrored image; null if it is missing.</summary>
    public ImagePart? FindBlob(OciDigest digest) => _index.Parts.GetValueOrDefault(digest.Hex);

    /// <summary>The mirrored tags of a repository.</summary>
    public IReadOnlyList<string> Tags(string? registry, string repository) =>
    [
        .. _index.Images.Values.Select(i => ImageReference.TryParse(i.Reference, out var r, out _) ? r : null).OfType<ImageReference>()
            .Where(r => r.Tag is not null && r.Repository == repository && (registry is null || r.Registry == registry)).Select(r => r.Tag!)
                .Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The registries whose images are mirrored or pulled through, which a machine configuration should mirror from this
    /// appliance.</summary>
    /// <param name="server">The boot plane's URL for the machine.</param>
    /// <param name="pulledThrough">Those that the configuration allows.</param>
    public IReadOnlyList<RegistryMirror> Mirrors(Uri server, IEnumerable<string> pulledThrough) =>
        [.. _index.Images.Keys.Select(r => r[..r.IndexOf('/')]).Concat(pulledThrough).Distinct().Order(StringComparer.Ordinal)
            .Select(registry => new RegistryMirror(registry, server))];

    /// <summary>Adds images whose content is already published and held, together with other changes.</summary>
    internal async Task AddAsync(IReadOnlyList<MirroredImage> images, IReadOnlyList<Change> others)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            await _store.CommitAsync([.. images.Select(i => Change.Put(Table.Images, i.Reference, i)), .. others]).ConfigureAwait(false);
            var replaced = images.Select(i => _index.Images.GetValueOrDefault(i.Reference)).OfType<MirroredImage>().ToList();
            _index = Index.Of(_index.Images.SetItems(images.Select(i => KeyValuePair.Create(i.Reference, i))).Values);
            foreach (var part in replaced.SelectMany(i => i.Parts))
                _content.Release(part.Sha256);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Removes an image by its reference.</summary>
    public async Task<Refusal?> RemoveAsync(string reference, string by)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_index.Images.TryGetValue(reference, out var image))
                return Refusal.NotFound($"there is no image {reference} in the mirror");
            await _store.CommitAsync([Change.Delete(Table.Images, reference)]).ConfigureAwait(false);
            _index = Index.Of(_index.Images.Remove(reference).Values);
            foreach (var part in image.Parts)
                _content.Release(part.Sha256);
            _events.Add("mirror.removed", Level.Info, null, null, $"image {reference} removed by {by}");
            return null;
        }
        finally
        {
            _changing.Release();
        }
    }

    private sealed record Index(ImmutableSortedDictionary<string, MirroredImage> Images, IReadOnlyDictionary<string, ImagePart> Parts)
    {
        public static Index Empty { get; } = Of([]);

        public static Index Of(IEnumerable<MirroredImage> images)
        {
            var sorted = images.ToImmutableSortedDictionary(i => i.Reference, i => i, StringComparer.Ordinal);
            var parts = new Dictionary<string, ImagePart>();
            foreach (var part in sorted.Values.SelectMany(i => i.Parts))
                if (part.MediaType is not null || !parts.ContainsKey(part.Sha256))
                    parts[part.Sha256] = part;
            return new Index(sorted, parts);
        }
    }
}
