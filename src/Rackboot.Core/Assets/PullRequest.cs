using Rackboot.Talos.ImageFactory;

namespace Rackboot.Core.Assets;

/// <summary>Asks for the boot files of a Talos release.</summary>
/// <param name="Version"><c>v1.13.9</c>.</param>
/// <param name="SchematicId">What is in the image; null with no <paramref name="Schematic"/> either is plain Talos.</param>
/// <param name="Schematic">The schematic itself, which a factory must be told once before it knows the id.</param>
/// <param name="Factory">Another Image Factory than the configured one.</param>
public sealed record PullRequest(string Version, string? SchematicId, Schematic? Schematic, IReadOnlyList<string> Architectures,
    Uri? Factory);
