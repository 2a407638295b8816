namespace Rackboot.Oci;

/// <summary>Names content (OCI image-spec descriptor.md).</summary>
/// <param name="Platform"><c>linux/amd64</c>, for the manifests of an index; empty where nothing is said, <c>unknown/unknown</c> for
/// attestations.</param>
public sealed record OciDescriptor(string MediaType, OciDigest Digest, long Size, string Platform = "");
