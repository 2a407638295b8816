using Rackboot.Oci;
using Rackboot.Oci.Bundles;
using Rackboot.Oci.Distribution;
using Rackboot.Talos.ImageFactory;

namespace Rackboot.Cli.Mirror;

/// <summary>What a bundle will contain, and from where.</summary>
internal sealed record MirrorPlan
{
    /// <summary><c>v1.13.9</c>; null for a bundle of images alone.</summary>
    public string? Talos { get; init; }
    public string? Kubernetes { get; init; }

    /// <summary>By id; with the schematic itself if the factory may have to learn it.</summary>
    public IReadOnlyList<(string Id, Schematic? Schematic)> Schematics { get; init; } = [];
    public required IReadOnlyList<string> Architectures { get; init; }

    /// <summary>Without the installers, whose names depend on the schematic.</summary>
    public required IReadOnlyList<ImageReference> Images { get; init; }
    public required Uri Factory { get; init; }

    /// <summary>Addresses that replace a registry's own name.</summary>
    public required IReadOnlyDictionary<string, Uri> Sources { get; init; }
    public required IReadOnlyDictionary<string, RegistryLogin> Logins { get; init; }

    /// <summary>An earlier bundle whose parts are left out; null to include all.</summary>
    public BundleManifest? Base { get; init; }

    public string Title => string.Join(", ",
        (IEnumerable<string>)[
            .. Talos is null ? [$"{Images.Count} images"] : (string[])[$"Talos {Talos}"],
            .. Kubernetes is null ? [] : (string[])[$"Kubernetes {Kubernetes}"],
            .. Architectures]);
}
