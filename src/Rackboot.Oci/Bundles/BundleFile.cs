namespace Rackboot.Oci.Bundles;

/// <summary>A boot file of a bundle.</summary>
/// <param name="Name">What it is called in the store, <c>talos/v1.13.9/amd64/kernel</c>.</param>
/// <param name="Digest">Of its content, <c>sha256:…</c>.</param>
public sealed record BundleFile(string Name, string Digest);
