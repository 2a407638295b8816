using System.Collections.Concurrent;
using Rackboot.Oci;
using Rackboot.Oci.Bundles;
using Rackboot.Oci.Distribution;
using Rackboot.Talos.ImageFactory;
using Rackboot.Transfer;

namespace Rackboot.Cli.Mirror;

/// <summary>Gathers everything a plan names into a bundle. After any interruption the next run resumes.</summary>
internal sealed class BundleBuilder(
    MirrorPlan plan, HttpClient http, string output, TimeProvider time, Action<string, long, long?> progress, TransferPolicy? policy = null)
{
    private const int Parallel = 4;

    private static readonly (string Name, BootAsset Asset)[] BootFiles = [("kernel", BootAsset.Kernel), ("initramfs", BootAsset.Initramfs)];

    private readonly BundleWorkshop _workshop = new(output + ".parts");
    private readonly FactoryClient _factory = new(http, plan.Factory);
    private readonly FileTransfer _transfer = new(http, time, policy);
    private readonly ConcurrentDictionary<string, RegistryClient> _registries = new();
    private readonly Dictionary<string, BundleBlob> _blobs = [];
    private readonly Dictionary<string, (RegistryClient Registry, string Repository, OciDescriptor Blob)> _missing = [];
    private readonly HashSet<string> _earlier = [.. plan.Base?.Blobs.Select(b => b.Digest) ?? []];

    /// <summary>Builds the bundle.</summary>
    /// <exception cref="TransferException">A part cannot be fetched. Parts fetched so far are kept for the next run.</exception>
    public async Task<BundleManifest> RunAsync(CancellationToken cancel)
    {
        var files = await BootFilesAsync(cancel);
        var references = plan.Images.Concat(plan.Talos is null ? [] : plan.Schematics.Select(s => Installer(s.Id)))
            .DistinctBy(r => r.ToString()).ToList();
        var images = new List<BundleImage>();
        foreach (var reference in references)
        {
            progress($"{images.Count + 1} of {references.Count} images: {reference}", images.Count, references.Count);
            images.Add(await ResolveAsync(reference, cancel));
        }

        await FetchBlobsAsync(cancel);
        var manifest = new BundleManifest
        {
            Format = BundleManifest.FormatName,
            Title = plan.Title,
            Created = time.GetUtcNow(),
            Base = plan.Base?.Id,
            Images = images,
            Files = files,
            Blobs = [.. _blobs.Values.OrderBy(b => b.Digest, StringComparer.Ordinal)],
        };
        await WriteAsync(manifest, cancel);
        return manifest;
    }

    private ImageReference Installer(string schematic) =>
        ImageReference.TryParse(FactoryPath.InstallerImage(_factory.Host, schematic, plan.Talos!), out var reference, out var error)
            ? reference : throw new InvalidDataException(error);

    private async Task<IReadOnlyList<BundleFile>> BootFilesAsync(CancellationToken cancel)
    {
        var files = new List<BundleFile>();
        foreach (var (id, schematic) in plan.Talos is null ? [] : plan.Schematics)
        {
            var known = schematic is null ? id : await _factory.RegisterAsync(schematic, cancel);
            if (known != id)
                throw new TransferException(TransferFailure.WrongContent,
                    $"{_factory.Host} gives the schematic the id {known}, this program {id}; use the factory's id");
            foreach (var architecture in plan.Architectures)
                foreach (var (file, asset) in BootFiles)
                {
                    var name = id == Schematic.PlainId
                        ? $"talos/{plan.Talos}/{architecture}/{file}" : $"talos/{plan.Talos}/{id}/{architecture}/{file}";
                    if (plan.Base?.Files.FirstOrDefault(f => f.Name == name) is { } earlier)
                    {
                        files.Add(earlier); // the file of a release and a schematic never changes
                        _blobs[earlier.Digest] = plan.Base.Blobs.First(b => b.Digest == earlier.Digest) with { Carried = false };
                        continue;
                    }

                    var remote = _factory.File(id, plan.Talos!, asset, architecture);
                    var digest = _workshop.Find(name)
                        ?? await _workshop.FetchAsync(_transfer, remote with { Title = $"{remote.Title}, schematic {id[..12]}" }, name,
                        bytes => progress(name, bytes, null), cancel);
                    files.Add(new BundleFile(name, digest.ToString()));
                    _blobs[digest.ToString()] = new BundleBlob(digest.ToString(), _workshop.BytesOf(digest),
                        !_earlier.Contains(digest.ToString()));
                }
        }

        return files;
    }

    // From an index, take the manifests of the wanted architectures. Keep the index unchanged: its digest names the image.
    private async Task<BundleImage> ResolveAsync(ImageReference reference, CancellationToken cancel)
    {
        var registry = _registries.GetOrAdd(reference.Registry, Client);
        var top = await registry.GetManifestAsync(reference.Repository, reference.Target, cancel);
        var parts = new List<string> { await ManifestAsync(top, cancel) };
        var manifests = new List<FetchedManifest>();
        if (top.Manifest.IsIndex)
        {
            var wanted = top.Manifest.Parts.Where(p => plan.Architectures.Any(a => p.Platform == $"linux/{a}")).ToList();
            if (plan.Architectures.FirstOrDefault(a => !wanted.Exists(p => p.Platform == $"linux/{a}")) is { } lacking)
                throw new TransferException(TransferFailure.NotFound,
                    $"{reference} is not built for {lacking}; available: "
                    + string.Join(", ", top.Manifest.Parts.Select(p => p.Platform).Where(p => p is not ("" or "unknown/unknown"))));
            foreach (var child in wanted)
                manifests.Add(await registry.GetManifestAsync(reference.Repository, child.Digest.ToString(), cancel));
        }
        else
            manifests.Add(top);

        foreach (var manifest in manifests)
        {
            if (manifest != top)
                parts.Add(await ManifestAsync(manifest, cancel));
            foreach (var blob in manifest.Manifest.Parts)
            {
                var digest = blob.Digest.ToString();
                parts.Add(digest);
                if (_blobs.TryAdd(digest, new BundleBlob(digest, blob.Size, !_earlier.Contains(digest))) && _blobs[digest].Carried
                    && !_workshop.Has(blob.Digest))
                    _missing[digest] = (registry, reference.Repository, blob);
            }
        }

        return new BundleImage(reference.ToString(), top.Digest.ToString(), top.Manifest.MediaType, [.. parts.Distinct()]);
    }

    private async Task<string> ManifestAsync(FetchedManifest manifest, CancellationToken cancel)
    {
        var digest = manifest.Digest.ToString();
        await _workshop.KeepAsync(manifest.Digest, manifest.Bytes, cancel);
        _blobs[digest] = new BundleBlob(digest, manifest.Bytes.Length, !_earlier.Contains(digest), manifest.Manifest.MediaType);
        return digest;
    }

    private async Task FetchBlobsAsync(CancellationToken cancel)
    {
        var total = _missing.Values.Sum(m => m.Blob.Size);
        var arrived = new ConcurrentDictionary<string, long>();
        await System.Threading.Tasks.Parallel.ForEachAsync(_missing,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (missing, stop) =>
        {
            var (registry, repository, blob) = missing.Value;
            await _workshop.FetchAsync(_transfer, registry.Blob(repository, blob), null, bytes =>
            {
                arrived[missing.Key] = bytes;
                progress("layers", arrived.Values.Sum(), total);
            }, stop);
        });
    }

    private async Task WriteAsync(BundleManifest manifest, CancellationToken cancel)
    {
        var part = output + ".part";
        var total = manifest.Blobs.Where(b => b.Carried).Sum(b => b.Bytes);
        await using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20, FileOptions.Asynchronous))
        {
            await BundleWriter.WriteAsync(
                manifest, file, digest => File.OpenRead(_workshop.PathOf(digest)), bytes => progress("writing the bundle", bytes, total),
                cancel);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, output, overwrite: true);
        await File.WriteAllBytesAsync(output + ".json", manifest.ToJson(), cancel);
        _workshop.Clear();
    }

    private RegistryClient Client(string name) => new(http, name,
        plan.Sources.TryGetValue(name, out var source)
            ? source : name == _factory.Host ? plan.Factory : RegistryClient.Endpoint(name), plan.Logins.GetValueOrDefault(name));
}
