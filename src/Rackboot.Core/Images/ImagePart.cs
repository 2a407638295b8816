namespace Rackboot.Core.Images;

/// <summary>Content that an image consists of.</summary>
/// <param name="MediaType">Set for manifests, which are served under their type.</param>
public sealed record ImagePart(string Sha256, long Bytes, string? MediaType = null);
