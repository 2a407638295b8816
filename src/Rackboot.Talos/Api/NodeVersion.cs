namespace Rackboot.Talos.Api;

/// <summary>The Talos version on a node.</summary>
/// <param name="Tag"><c>v1.13.9</c>.</param>
/// <param name="Arch"><c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Platform"><c>metal</c>.</param>
public sealed record NodeVersion(string Tag, string Sha, string Arch, string Platform);
