using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Rackboot.EndToEnd;

/// <summary>A small image for several platforms, as an OCI image layout that skopeo reads.</summary>
internal static class OciLayout
{
    /// <summary>Writes the layout to <paramref name="directory"/>.</summary>
    /// <param name="content">What stands in the one file of the image.</param>
    /// <returns>The digest of its index.</returns>
    public static string Write(string directory, string content)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256")).FullName;
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        var manifests = new List<object>();
        foreach (var architecture in (string[])["amd64", "arm64"])
        {
            var (layer, diffId) = Layer($"{content} {architecture}");
            var config = Blob(blobs,
                JsonSerializer.SerializeToUtf8Bytes(
                new { architecture, os = "linux", config = new { }, rootfs = new { type = "layers", diff_ids = new[] { diffId } } }));
            var layerBlob = Blob(blobs, layer);
            var manifest = Blob(blobs, JsonSerializer.SerializeToUtf8Bytes(new
            {
                schemaVersion = 2,
                mediaType = "application/vnd.oci.image.manifest.v1+json",
                config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = config.Digest, size = config.Size },
                layers = new[] { new { mediaType = "application/vnd.oci.image.layer.v1.tar+gzip", digest = layerBlob.Digest,
                    size = layerBlob.Size } },
            }));
            manifests.Add(new { mediaType = "application/vnd.oci.image.manifest.v1+json", digest = manifest.Digest, size = manifest.Size,
                platform = new { architecture, os = "linux" } });
        }

        var index = Blob(blobs,
            JsonSerializer.SerializeToUtf8Bytes(
            new { schemaVersion = 2, mediaType = "application/vnd.oci.image.index.v1+json", manifests }));
        File.WriteAllBytes(Path.Combine(directory, "index.json"), JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            manifests = new[] { new { mediaType = "application/vnd.oci.image.index.v1+json", digest = index.Digest, size = index.Size } },
        }));
        return index.Digest;
    }

    private static (byte[] Layer, string DiffId) Layer(string content)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile,
                "hello") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain.ToArray());
        return (packed.ToArray(), Digest(plain.ToArray()));
    }

    private static (string Digest, int Size) Blob(string directory, byte[] content)
    {
        var digest = Digest(content);
        File.WriteAllBytes(Path.Combine(directory, digest[7..]), content);
        return (digest, content.Length);
    }

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
