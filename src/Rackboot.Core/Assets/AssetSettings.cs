namespace Rackboot.Core.Assets;

/// <summary>Sources outside the rack that the appliance may fetch from. By default it fetches nothing.</summary>
/// <param name="Factory">The Image Factory for missing boot files; null for none.</param>
/// <param name="Proxy">Null: from the environment.</param>
/// <param name="Authorities">A PEM file of certificate authorities to trust besides the system's.</param>
/// <param name="Registries">Registries whose images are pulled through, with their addresses.</param>
public sealed record AssetSettings(Uri? Factory, Uri? Proxy, string? Authorities, IReadOnlyDictionary<string, Uri> Registries)
{
    /// <summary>Age at which Talos boot files that no profile and no cluster uses are deleted; null keeps them.</summary>
    public TimeSpan? PruneAfter { get; init; }
}
