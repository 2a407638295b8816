namespace Rackboot.Oci;

/// <summary>What manifests are (OCI image-spec media-types.md, and Docker's own names for the same).</summary>
public static class OciMediaType
{
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>All of them, as a client says what it takes.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [Index, Manifest, DockerList, DockerManifest];

    public static bool IsIndex(string mediaType) => mediaType is Index or DockerList;

    public static bool IsManifest(string mediaType) => mediaType is Manifest or DockerManifest;
}
