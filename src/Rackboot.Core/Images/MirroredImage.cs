namespace Rackboot.Core.Images;

/// <summary>A container image in the appliance's mirror.</summary>
public sealed record MirroredImage
{
    /// <summary>As machine configurations name it: <c>registry.k8s.io/pause:3.10.1</c>, or by digest.</summary>
    public required string Reference { get; init; }

    /// <summary>Of its manifest or index, <c>sha256:…</c>.</summary>
    public required string Digest { get; init; }

    /// <summary>Its stored content, the manifest first.</summary>
    public required IReadOnlyList<ImagePart> Parts { get; init; }
    public required DateTimeOffset Added { get; init; }

    /// <summary>The id of its bundle; null if it was pulled through.</summary>
    public string? Bundle { get; init; }

    public long Bytes => Parts.Sum(p => p.Bytes);
}
