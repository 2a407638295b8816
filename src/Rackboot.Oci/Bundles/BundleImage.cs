namespace Rackboot.Oci.Bundles;

/// <summary>An image of a bundle.</summary>
/// <param name="Reference">As machine configurations name it, <c>registry.k8s.io/pause:3.10.1</c>.</param>
/// <param name="Digest">Of its manifest or index.</param>
/// <param name="MediaType">Of the manifest.</param>
/// <param name="Parts">The digests of everything that it consists of on the architectures of the bundle, its manifest first.</param>
public sealed record BundleImage(string Reference, string Digest, string MediaType, IReadOnlyList<string> Parts);
