using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Rackboot.Oci;

/// <summary>A manifest: of one image (its configuration and layers), or an index of manifests, one a platform (OCI image-spec manifest.md,
/// image-index.md).</summary>
public sealed record OciManifest
{
    /// <summary>Registries refuse larger ones (distribution-spec, "Pushing Manifests").</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private const int MostDescriptors = 4096;

    public required string MediaType { get; init; }

    /// <summary>The manifests of an index; of an image its configuration and then its layers.</summary>
    public required IReadOnlyList<OciDescriptor> Parts { get; init; }

    public bool IsIndex => OciMediaType.IsIndex(MediaType);

    /// <summary>Reads a manifest; whatever the bytes are, the outcome is a manifest or a reason.</summary>
    /// <param name="announced">The media type it came with; what it says itself goes first.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, string? announced, [NotNullWhen(true)] out OciManifest? manifest,
        [NotNullWhen(false)] out string? error)
    {
        manifest = null;
        if (bytes.Length > MostBytes)
        {
            error = $"a manifest of {bytes.Length:N0} bytes is larger than registries accept";
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32 });
            (manifest, error) = Read(json.RootElement, announced);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            error = "it is not a JSON manifest";
        }

        return manifest is not null && error is null || (error ??= "it is not a manifest") is null;
    }

    private static (OciManifest?, string?) Read(JsonElement root, string? announced)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return (null, "it is not a JSON manifest");
        var hasManifests = root.TryGetProperty("manifests", out var manifests);
        var hasLayers = root.TryGetProperty("layers", out var layers);
        var mediaType = root.TryGetProperty("mediaType", out var said) ? said.GetString() : announced;
        if (mediaType is null || !OciMediaType.Manifests.Contains(mediaType))
            mediaType = hasManifests ? OciMediaType.Index : hasLayers ? OciMediaType.Manifest : null; // old OCI manifests do not say
        if (mediaType is null)
            return (null, root.TryGetProperty("schemaVersion", out var version) && version.ValueKind == JsonValueKind.Number
                && version.GetInt32() == 1
                ? "it has Docker's old schema 1; push the image again" : "it is neither a manifest nor an index");
        var parts = new List<OciDescriptor>();
        if (OciMediaType.IsManifest(mediaType) && root.TryGetProperty("config", out var config))
            parts.Add(Descriptor(config));
        var list = OciMediaType.IsIndex(mediaType) ? manifests : layers;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostDescriptors)
            return (null, "it has no list of layers or manifests");
        parts.AddRange(list.EnumerateArray().Select(Descriptor));
        return (new OciManifest { MediaType = mediaType, Parts = parts }, null);
    }

    private static OciDescriptor Descriptor(JsonElement element)
    {
        var size = element.GetProperty("size").GetInt64();
        if (!OciDigest.TryParse(element.GetProperty("digest").GetString(), out var digest) || size < 0)
            throw new FormatException("a descriptor has no digest");
        var platform = element.TryGetProperty("platform", out var p) && p.ValueKind == JsonValueKind.Object
            ? $"{Word(p, "os")}/{Word(p, "architecture")}" : "";
        return new OciDescriptor(Word(element, "mediaType"), digest, size, platform);
    }

    private static string Word(JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) ? member.GetString() ?? "" : "";
}
