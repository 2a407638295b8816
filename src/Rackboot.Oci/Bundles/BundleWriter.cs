using System.Formats.Tar;

namespace Rackboot.Oci.Bundles;

/// <summary>Writes a bundle: a POSIX tar of the manifest and the content, each named by its digest as in an OCI image layout.</summary>
public static class BundleWriter
{
    /// <summary>Writes <paramref name="manifest"/> and the blobs it carries to <paramref name="output"/>.</summary>
    /// <param name="open">Opens the content with a digest.</param>
    /// <param name="written">Is told how many bytes of content are written.</param>
    public static async Task WriteAsync(BundleManifest manifest, Stream output, Func<OciDigest, Stream> open, Action<long> written,
        CancellationToken cancel)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
        using var head = new MemoryStream(manifest.ToJson());
        await tar.WriteEntryAsync(Entry(BundleManifest.FileName, manifest.Created, head), cancel).ConfigureAwait(false);
        long done = 0;
        foreach (var blob in manifest.Blobs.Where(b => b.Carried))
        {
            _ = OciDigest.TryParse(blob.Digest, out var digest);
            await using var content = open(digest);
            await tar.WriteEntryAsync(Entry(BlobName(digest), manifest.Created, content), cancel).ConfigureAwait(false);
            written(done += blob.Bytes);
        }
    }

    internal static string BlobName(OciDigest digest) => $"blobs/sha256/{digest.Hex}";

    private static PaxTarEntry Entry(string name, DateTimeOffset time, Stream content) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, ModificationTime = time,
            Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead };
}
