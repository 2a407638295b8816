namespace Rackboot.Core.Assets;

/// <summary>A file that machines can fetch.</summary>
public sealed record Asset
{
    /// <summary>Its path in the store: <c>talos/v1.14.0/amd64/kernel</c>, <c>ipxe/arm64/snponly.efi</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The path of the file.</summary>
    public required string File { get; init; }
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the content, hexadecimal.</summary>
    public required string Sha256 { get; init; }
    public required DateTimeOffset Added { get; init; }
    public required AssetOrigin Origin { get; init; }

    /// <summary>The factory or bundle it came from.</summary>
    public string? Source { get; init; }
}
