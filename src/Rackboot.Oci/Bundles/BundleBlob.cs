namespace Rackboot.Oci.Bundles;

/// <summary>Content that the images and files of a bundle consist of.</summary>
/// <param name="Digest"><c>sha256:…</c>.</param>
/// <param name="Carried">Whether it is in this bundle; if not, an earlier one brought it.</param>
/// <param name="MediaType">Set for manifests, which must be served under their type.</param>
public sealed record BundleBlob(string Digest, long Bytes, bool Carried, string? MediaType = null);
