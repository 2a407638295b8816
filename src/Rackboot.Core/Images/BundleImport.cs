using Rackboot.Core.Assets;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Oci.Bundles;
using Rackboot.Transfer;

namespace Rackboot.Core.Images;

/// <summary>Imports a bundle, completely or not at all.</summary>
public sealed class BundleImport(ContentStore content, AssetStore assets, ImageStore images, EventLog events, TimeProvider time)
{
    // The free space that the appliance itself needs.
    private const long LeaveFree = 256L * 1024 * 1024;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Reads a bundle from <paramref name="input"/>. It becomes visible only when all of it is complete and valid; otherwise
    /// everything is deleted.</summary>
    public async Task<Applied<MirroredBundle>> ImportAsync(Stream input, string by, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel).ConfigureAwait(false);
        var staging = Directory.CreateDirectory(content.NewIncoming());
        try
        {
            await using var reader = new BundleReader(input);
            var manifest = await reader.ReadManifestAsync(cancel).ConfigureAwait(false);
            if (Mistake(manifest) is { } mistake)
                return Applied<MirroredBundle>.Refused(mistake);
            await reader.ReadBlobsAsync(manifest, blob => Open(staging.FullName, blob), FlushAsync, cancel).ConfigureAwait(false);
            return await KeepAsync(manifest, staging.FullName, by).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            return Applied<MirroredBundle>.Refused(Refusal.Invalid("", $"nothing was imported: {e.Message}"));
        }
        catch (IOException e) when (FileTransfer.IsDiskFull(e))
        {
            return Applied<MirroredBundle>.Refused(Refusal.Conflict("", $"nothing was imported: {ContentStore.Reason(e)}"));
        }
        finally
        {
            staging.Delete(recursive: true);
            _one.Release();
        }
    }

    private Refusal? Mistake(BundleManifest manifest)
    {
        var missing = manifest.Blobs.Where(b => !b.Carried && !content.Has(Hex(b.Digest))).ToList();
        if (missing.Count > 0)
            return Refusal.Conflict("",
                $"nothing was imported: this bundle holds only the changes since bundle {manifest.Base}, and {missing.Count} parts of "
                + "that one are missing; import it first");
        if (manifest.Files.Select(f => AssetName.Mistake(f.Name)).OfType<string>().FirstOrDefault() is { } name)
            return Refusal.Invalid("", $"nothing was imported: {name}");
        var needed = manifest.Blobs.Where(b => b.Carried && !content.Has(Hex(b.Digest))).Sum(b => b.Bytes);
        var free = content.FreeBytes - LeaveFree;
        return needed > free
            ? Refusal.Conflict("",
                $"nothing was imported: the bundle needs {needed:N0} bytes and the disk has {Math.Max(0, free):N0} free; free space "
                + "(rackboot asset prune lists unused files)")
            : null;
    }

    // Already stored content is read and verified, but not written again.
    private Stream Open(string staging, BundleBlob blob) => content.Has(Hex(blob.Digest))
        ? Stream.Null
        : new FileStream(Path.Combine(staging, Hex(blob.Digest)), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0,
            FileOptions.Asynchronous);

    private static ValueTask FlushAsync(BundleBlob blob, Stream stream)
    {
        (stream as FileStream)?.Flush(flushToDisk: true);
        return ValueTask.CompletedTask;
    }

    private async Task<Applied<MirroredBundle>> KeepAsync(BundleManifest manifest, string staging, string by)
    {
        var (now, id) = (time.GetUtcNow(), manifest.Id);
        var blobs = manifest.Blobs.ToDictionary(b => b.Digest);
        var bundle = new MirroredBundle(id, manifest.Title, manifest.Created, now, manifest.Images.Count, manifest.Files.Count,
            manifest.Blobs.Where(b => b.Carried).Sum(b => b.Bytes), manifest.Base);
        var mirrored = manifest.Images.Select(i => new MirroredImage
        {
            Reference = i.Reference,
            Digest = i.Digest,
            Parts = [.. i.Parts.Where(p => p != i.Digest).Prepend(i.Digest)
                .Select(p => new ImagePart(Hex(p), blobs[p].Bytes, p == i.Digest ? i.MediaType : blobs[p].MediaType))],
            Added = now,
            Bundle = id,
        }).ToList();
        var files = manifest.Files.Select(f =>
            assets.Describe(f.Name, blobs[f.Digest].Bytes, Hex(f.Digest), AssetOrigin.Bundle, $"bundle {id}")).ToList();
        var held = new List<string>();
        try
        {
            foreach (var sha256 in mirrored.SelectMany(i => i.Parts.Select(p => p.Sha256)).Concat(files.Select(f => f.Sha256)))
            {
                if (Path.Combine(staging, sha256) is var staged && File.Exists(staged))
                    content.Place(staged, sha256);
                if (!content.TryHold(sha256))
                    throw new InvalidDataException($"sha256:{sha256} was removed during the import; import the bundle again");
                held.Add(sha256);
            }

            await assets.ShowAsync(files, () => images.AddAsync(mirrored,
                [.. files.Select(f => Change.Put(Table.Assets, f.Name, f)), Change.Put(Table.Bundles, id, bundle)])).ConfigureAwait(false);
        }
        catch
        {
            foreach (var sha256 in held)
                content.Release(sha256);
            throw;
        }

        events.Add("mirror.imported", Level.Info, null, null,
            $"bundle {id} imported by {by}: {manifest.Title}; {mirrored.Count} images, {files.Count} boot files");
        return new Applied<MirroredBundle>(bundle, Created: true);
    }

    private static string Hex(string digest) => digest["sha256:".Length..];
}
