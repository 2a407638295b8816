namespace Rackboot.Oci.Distribution;

/// <summary>A manifest as a registry gave it: its very bytes, which its digest is of.</summary>
public sealed record FetchedManifest(OciDigest Digest, OciManifest Manifest, ReadOnlyMemory<byte> Bytes);
