using Rackboot.Talos.ImageFactory;

namespace Rackboot.Core.Assets;

/// <summary>A request for the boot files of a Talos release.</summary>
/// <param name="Version"><c>v1.13.9</c>.</param>
/// <param name="SchematicId">The content of the image; plain Talos if this and <paramref name="Schematic"/> are null.</param>
/// <param name="Schematic">The schematic itself, which a factory must receive once before it knows the id.</param>
/// <param name="Factory">An Image Factory other than the configured one.</param>
public sealed record PullRequest(string Version, string? SchematicId, Schematic? Schematic, IReadOnlyList<string> Architectures,
    Uri? Factory);
