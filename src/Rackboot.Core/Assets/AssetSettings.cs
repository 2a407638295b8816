namespace Rackboot.Core.Assets;

/// <summary>What the appliance may fetch from outside the rack. With nothing set it fetches nothing.</summary>
/// <param name="Factory">The Image Factory for boot files that are missing; null for none.</param>
/// <param name="Proxy">Null takes what the environment says.</param>
/// <param name="Authorities">A PEM file of certificate authorities to trust beside the system's.</param>
/// <param name="Registries">Registries whose images are pulled through, and where each is asked.</param>
public sealed record AssetSettings(Uri? Factory, Uri? Proxy, string? Authorities, IReadOnlyDictionary<string, Uri> Registries)
{
    /// <summary>How old Talos boot files are that go by themselves once no profile and no cluster names them; null keeps them.</summary>
    public TimeSpan? PruneAfter { get; init; }
}
