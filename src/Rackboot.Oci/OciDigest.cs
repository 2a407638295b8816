using System.Security.Cryptography;

namespace Rackboot.Oci;

/// <summary>What content is called by: the SHA-256 of its bytes (OCI image-spec, descriptor.md, "Digests"). No registry in use names
/// content by another algorithm.</summary>
public readonly record struct OciDigest
{
    private const string Prefix = "sha256:";

    private OciDigest(string hex) => Hex = hex;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Hex { get => field ?? ""; }

    public static OciDigest Of(ReadOnlySpan<byte> content) => new(Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>The digest with these 64 lower-case hexadecimal digits.</summary>
    public static OciDigest OfHex(string hex) =>
        TryParse(Prefix + hex, out var digest) ? digest : throw new ArgumentException($"\"{hex}\" is not a SHA-256", nameof(hex));

    /// <summary>Reads <c>sha256:…</c>.</summary>
    public static bool TryParse(string? text, out OciDigest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + 64 || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !text.AsSpan(Prefix.Length).ToString().All(char.IsAsciiHexDigitLower))
            return false;
        digest = new OciDigest(text[Prefix.Length..]);
        return true;
    }

    public override string ToString() => Prefix + Hex;
}
