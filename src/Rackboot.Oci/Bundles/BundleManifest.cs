using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Oci.Bundles;

/// <summary>What a bundle brings to a site without a network: the first entry of its archive, and a file beside it.</summary>
public sealed record BundleManifest
{
    public const string FileName = "rackboot-bundle.json";
    public const string FormatName = "rackboot-bundle/1";
    public const int MostBytes = 32 * 1024 * 1024;

    private const int MostEntries = 200_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true,
        RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public required string Format { get; init; }

    /// <summary><c>Talos v1.13.9, Kubernetes v1.36.3, amd64</c>.</summary>
    public required string Title { get; init; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>The id of the bundle that brought what this one does not carry; null if it carries all.</summary>
    public string? Base { get; init; }
    public required IReadOnlyList<BundleImage> Images { get; init; }
    public required IReadOnlyList<BundleFile> Files { get; init; }

    /// <summary>In the order in which the archive has them.</summary>
    public required IReadOnlyList<BundleBlob> Blobs { get; init; }

    /// <summary>What this bundle is called: the beginning of its manifest's SHA-256.</summary>
    [JsonIgnore]
    public string Id => OciDigest.Of(ToJson()).Hex[..12];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a manifest; whatever the bytes are, the outcome is a manifest or a reason.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out BundleManifest? manifest,
        [NotNullWhen(false)] out string? error)
    {
        (manifest, error) = (null, null);
        try
        {
            var read = JsonSerializer.Deserialize<BundleManifest>(bytes, Json);
            error = read is null ? "it is empty" : Mistake(read);
            manifest = error is null ? read : null;
        }
        catch (JsonException e)
        {
            error = $"it is not a bundle manifest (line {e.LineNumber + 1})";
        }

        return manifest is not null;
    }

    private static string? Mistake(BundleManifest manifest)
    {
        if (manifest.Format != FormatName)
            return $"its format is \"{manifest.Format}\"; this program supports {FormatName}";
        if (manifest.Images.Count + manifest.Files.Count + manifest.Blobs.Count > MostEntries)
            return "it lists more entries than a mirror can hold";
        var blobs = new HashSet<string>();
        foreach (var blob in manifest.Blobs)
            if (blob is null || !OciDigest.TryParse(blob.Digest, out _) || blob.Bytes < 0 || !blobs.Add(blob.Digest))
                return $"the entry of blob {blob?.Digest} is invalid";
        foreach (var file in manifest.Files)
            if (file is null || !blobs.Contains(file.Digest))
                return $"the file {file?.Name} is not among its blobs";
        foreach (var image in manifest.Images)
            if (image is null || !ImageReference.TryParse(image.Reference, out _, out _)
                || !OciMediaType.Manifests.Contains(image.MediaType) || !image.Parts.Contains(image.Digest)
                || !image.Parts.All(blobs.Contains))
                return $"the entry of image {image?.Reference} is invalid";
        return null;
    }
}
