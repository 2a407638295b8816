using System.Collections.Concurrent;
using Rackboot.Core.Assets;
using Rackboot.Core.Events;
using Rackboot.Oci;
using Rackboot.Oci.Distribution;
using Rackboot.Transfer;

namespace Rackboot.Core.Images;

/// <summary>Pulls images through from the registries that the operator allows, once for all machines: a manifest is fetched on
/// request, its content follows at once, and requests for that content are answered as it arrives.</summary>
public sealed class ImagePulls(ImageStore images, ContentStore content, Fetches fetches, EventLog events, HttpClient http,
    IReadOnlyDictionary<string, Uri> allowed, TimeProvider time)
{
    // Limits what any host on the boot network can trigger at once.
    private const int MostAtOnce = 64;

    // By reference, until all of the image is stored: who asks for a tag meanwhile does not ask the registry again.
    private readonly ConcurrentDictionary<string, Lazy<Task<FetchedManifest>>> _asking = new();
    private readonly ConcurrentDictionary<string, FetchedManifest> _arriving = new();
    private readonly ConcurrentDictionary<string, (RegistryClient Client, string Repository, OciDescriptor Blob)> _blobs = new();
    private readonly ConcurrentDictionary<string, RegistryClient> _clients = new();

    /// <summary>The registries for pull-through.</summary>
    public IEnumerable<string> Allowed => allowed.Keys;

    /// <summary>Fetches the missing manifest of <paramref name="request"/>.</summary>
    /// <returns>Null if its registry is not allowed.</returns>
    /// <exception cref="TransferException">Fetching it failed.</exception>
    public async Task<FetchedManifest?> ManifestAsync(RegistryRequest request, CancellationToken cancel)
    {
        if (request.Registry is not { } registry || !allowed.ContainsKey(registry))
            return null;
        var target = request.Digest?.ToString() ?? request.Tag!;
        var reference = $"{registry}/{request.Repository}{(request.Digest is null ? ":" : "@")}{target}";
        if (request.Digest is { } digest && _arriving.TryGetValue(digest.Hex, out var arriving))
            return arriving;
        if (fetches.HasFailed(reference, out var reason))
            throw new TransferException(TransferFailure.Unreachable, reason);
        if (_asking.Count >= MostAtOnce && !_asking.ContainsKey(reference))
            throw new TransferException(TransferFailure.ServerFault, "too many images are being pulled at once");
        var asking = _asking.GetOrAdd(reference, _ =>
            new Lazy<Task<FetchedManifest>>(() => Task.Run(() => AskAsync(registry, request.Repository, target, reference))));
        return await asking.Value.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A blob of an arriving image; null if it belongs to none.</summary>
    /// <param name="here">The blob, if it is already stored.</param>
    public Fetch? Blob(OciDigest digest, out ImagePart? here)
    {
        here = null;
        if (!_blobs.TryGetValue(digest.Hex, out var blob))
            return null;
        if (!content.Has(digest.Hex))
            return Begin(blob.Client, blob.Repository, blob.Blob);
        here = new ImagePart(digest.Hex, blob.Blob.Size);
        return null;
    }

    private Fetch Begin(RegistryClient client, string repository, OciDescriptor blob) =>
        fetches.Begin($"blob {blob.Digest}", client.Blob(repository, blob), (path, _, sha256) =>
            Task.Run(() => content.Place(path, sha256)));

    private async Task<FetchedManifest> AskAsync(string registry, string repository, string target, string reference)
    {
        try
        {
            var client = _clients.GetOrAdd(registry, name => new RegistryClient(http, name, allowed[name]));
            var fetched = await client.GetManifestAsync(repository, target, CancellationToken.None).ConfigureAwait(false);
            _arriving[fetched.Digest.Hex] = fetched;
            if (!fetched.Manifest.IsIndex)
                foreach (var blob in fetched.Manifest.Parts)
                    _blobs[blob.Digest.Hex] = (client, repository, blob);
            _ = Task.Run(() => FollowAsync(client, repository, reference, fetched));
            return fetched;
        }
        catch
        {
            _asking.TryRemove(reference, out _);
            throw;
        }
    }

    // Of an index only the manifest: later requests show the wanted platforms.
    private async Task FollowAsync(RegistryClient client, string repository, string reference, FetchedManifest fetched)
    {
        var held = new List<string>();
        try
        {
            var incoming = content.NewIncoming();
            await File.WriteAllBytesAsync(incoming, fetched.Bytes).ConfigureAwait(false);
            content.Publish(incoming, fetched.Digest.Hex);
            held.Add(fetched.Digest.Hex);
            var blobs = fetched.Manifest.IsIndex ? [] : fetched.Manifest.Parts.DistinctBy(p => p.Digest).ToList();
            await Parallel.ForEachAsync(blobs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (blob, _) =>
            {
                if (!content.TryHold(blob.Digest.Hex))
                {
                    await Begin(client, repository, blob).Completion.ConfigureAwait(false);
                    if (!content.TryHold(blob.Digest.Hex))
                        throw new IOException($"{blob.Digest} was removed during its download");
                }

                lock (held)
                    held.Add(blob.Digest.Hex);
            }).ConfigureAwait(false);
            await images.AddAsync([new MirroredImage
            {
                Reference = reference,
                Digest = fetched.Digest.ToString(),
                Parts = [new ImagePart(fetched.Digest.Hex, fetched.Bytes.Length, fetched.Manifest.MediaType),
                    .. blobs.Select(b => new ImagePart(b.Digest.Hex, b.Size))],
                Added = time.GetUtcNow(),
            }], []).ConfigureAwait(false);
            events.Add("mirror.pulled", Level.Info, null, null, $"image {reference} pulled through, {fetched.Digest}");
        }
        catch (Exception e)
        {
            foreach (var sha256 in held)
                content.Release(sha256);
            events.Add("mirror.failed", Level.Error, null, null, $"pulling image {reference} through failed: {e.Message}");
        }
        finally
        {
            _asking.TryRemove(reference, out _);
            _arriving.TryRemove(fetched.Digest.Hex, out _);
            foreach (var blob in fetched.Manifest.Parts)
                _blobs.TryRemove(blob.Digest.Hex, out _);
        }
    }
}
