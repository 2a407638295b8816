using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Rackboot.Oci;

/// <summary>The name of an image as people and machine configurations write it (distribution/reference, docs of Docker): without a registry
/// it is Docker Hub's.</summary>
public sealed partial record ImageReference
{
    public const string DockerHub = "docker.io";

    private ImageReference(string registry, string repository, string? tag, OciDigest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary><c>registry.k8s.io</c>, <c>localhost:5000</c>.</summary>
    public string Registry { get; }

    /// <summary><c>coredns/coredns</c>.</summary>
    public string Repository { get; }
    public string? Tag { get; }
    public OciDigest? Digest { get; }

    /// <summary>What to ask a registry for: the digest if there is one.</summary>
    public string Target => Digest?.ToString() ?? Tag ?? "latest";

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? error)
    {
        (reference, error) = (null, null);
        var rest = text;
        OciDigest? digest = null;
        string? tag = null;
        if (rest.IndexOf('@') is > 0 and var at)
        {
            if (!OciDigest.TryParse(rest[(at + 1)..], out var parsed))
                error = $"\"{rest[(at + 1)..]}\" is not a digest; allowed: sha256: and 64 hexadecimal digits";
            (digest, rest) = (parsed, rest[..at]);
        }

        if (rest.LastIndexOf(':') is > 0 and var colon && colon > rest.LastIndexOf('/'))
            (tag, rest) = (rest[(colon + 1)..], rest[..colon]);
        var slash = rest.IndexOf('/');
        var hasRegistry = slash > 0 && IsRegistry(rest[..slash]);
        var registry = hasRegistry ? rest[..slash] : DockerHub;
        var repository = hasRegistry ? rest[(slash + 1)..] : rest;
        if (registry is "index.docker.io" or "registry-1.docker.io")
            registry = DockerHub;
        if (registry == DockerHub && !repository.Contains('/'))
            repository = "library/" + repository;
        if (error is null && (!IsRepository(repository) || !RegistryPattern().IsMatch(registry)))
            error = $"\"{text}\" is not an image reference; give one like registry.k8s.io/pause:3.10.1";
        if (error is null && tag is not null && !IsTag(tag))
            error = $"\"{tag}\" is not a tag; allowed: at most 128 letters, digits, '_', '.', '-'";
        if (error is null)
            reference = new ImageReference(registry, repository, tag ?? (digest is null ? "latest" : null), digest);
        return reference is not null;
    }

    /// <summary>Whether the first part of a name is a registry: it has a dot or a port, or is localhost.</summary>
    public static bool IsRegistry(string part) =>
        (part == "localhost" || part.Contains('.') || part.Contains(':')) && part.Length <= 255 && RegistryPattern().IsMatch(part);

    /// <summary>distribution-spec, "Pulling manifests": what a name may be.</summary>
    public static bool IsRepository(string name) => name.Length is > 0 and <= 255 && RepositoryPattern().IsMatch(name);

    public static bool IsTag(string tag) => TagPattern().IsMatch(tag);

    public override string ToString() => $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    [GeneratedRegex(@"^(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:\d{1,5})?\z")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex TagPattern();
}
