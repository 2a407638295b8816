using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Oci.Distribution;

/// <summary>What a client of a registry asks for: <c>GET /v2/NAME/manifests/REFERENCE?ns=REGISTRY</c> (distribution-spec, "Pulling").
/// <c>ns</c> is what containerd adds
/// when it asks a mirror: the registry that the image's name has.</summary>
public sealed record RegistryRequest
{
    public required RegistryRequestKind Kind { get; init; }

    /// <summary>The registry that <c>ns</c> or the first part of the name says; null if neither does.</summary>
    public string? Registry { get; init; }
    public string Repository { get; init; } = "";

    /// <summary>A tag, for a manifest that is asked for by tag.</summary>
    public string? Tag { get; init; }
    public OciDigest? Digest { get; init; }

    /// <summary>Reads what stands after <c>/v2/</c>.</summary>
    /// <param name="namespaceName">The value of <c>ns</c>, or null.</param>
    public static bool TryParse(string path, string? namespaceName, [NotNullWhen(true)] out RegistryRequest? request,
        [NotNullWhen(false)] out OciError? error)
    {
        (request, error) = (null, null);
        if (path.Trim('/').Length == 0)
        {
            request = new RegistryRequest { Kind = RegistryRequestKind.Version };
            return true;
        }

        var parts = path.Split('/');
        if (parts.Length < 3)
        {
            error = new OciError(OciErrorCode.NameUnknown, "no such path; only manifests and blobs are served");
            return false;
        }

        if (namespaceName is { Length: > 0 } && !ImageReference.IsRegistry(namespaceName))
        {
            error = new OciError(OciErrorCode.NameInvalid, "ns is not a registry name");
            return false;
        }

        var (name, kind, reference) = (parts[..^2], parts[^2], parts[^1]);
        var registry = string.IsNullOrEmpty(namespaceName) ? null : namespaceName;
        if (registry is null && name.Length > 1 && ImageReference.IsRegistry(name[0]))
            (registry, name) = (name[0], name[1..]);
        if (registry is "registry-1.docker.io" or "index.docker.io")
            registry = ImageReference.DockerHub;
        var repository = string.Join('/', name);
        if (registry == ImageReference.DockerHub && name.Length == 1)
            repository = "library/" + repository;
        (request, error) = Read(kind, registry, repository, reference);
        return request is not null || (error ??= new OciError(OciErrorCode.NameInvalid, "not a valid request")) is null;
    }

    private static (RegistryRequest?, OciError?) Read(string kind, string? registry, string repository, string reference)
    {
        if (!ImageReference.IsRepository(repository))
            return (null, new OciError(OciErrorCode.NameInvalid, "not a repository name"));
        var isDigest = OciDigest.TryParse(reference, out var digest);
        return kind switch
        {
            "manifests" when isDigest || ImageReference.IsTag(reference) =>
                (new RegistryRequest { Kind = RegistryRequestKind.Manifest, Registry = registry, Repository = repository, Tag = isDigest
                    ? null : reference, Digest = isDigest ? digest : null }, null),
            "manifests" => (null, new OciError(OciErrorCode.ManifestInvalid, "neither a tag nor a digest")),
            "blobs" when isDigest =>
                (new RegistryRequest { Kind = RegistryRequestKind.Blob, Registry = registry, Repository = repository, Digest = digest },
                null),
            "blobs" => (null, new OciError(OciErrorCode.DigestInvalid, "not a digest; allowed: sha256: and 64 hexadecimal digits")),
            "tags" when reference == "list" =>
                (new RegistryRequest { Kind = RegistryRequestKind.Tags, Registry = registry, Repository = repository }, null),
            _ => (null, new OciError(OciErrorCode.NameUnknown, "no such path; only manifests and blobs are served")),
        };
    }
}
