using Rackboot.Core.Profiles;

namespace Rackboot.Core.Assets;

/// <summary>Which boot files nothing needs any more.</summary>
public static class AssetPrune
{
    /// <summary>The Talos files that no profile names and that came before <paramref name="before"/>. iPXE is never among them: any machine
    /// may need it.</summary>
    public static IReadOnlyList<Asset> Plan(IEnumerable<Asset> assets, IEnumerable<Profile> profiles, DateTimeOffset before)
    {
        var used = profiles.SelectMany(p => (string[])[p.KernelAsset, p.InitramfsAsset]).ToHashSet();
        return [.. assets.Where(a =>
            a.Origin != AssetOrigin.Distribution && a.Name.StartsWith("talos/", StringComparison.Ordinal) && a.Added < before
            && !used.Contains(a.Name))];
    }
}
