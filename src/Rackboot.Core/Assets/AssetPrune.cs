using Rackboot.Core.Profiles;

namespace Rackboot.Core.Assets;

/// <summary>Finds unused boot files.</summary>
public static class AssetPrune
{
    /// <summary>The Talos files that no profile names and that were stored before <paramref name="before"/>. Never iPXE: any machine
    /// may need it.</summary>
    public static IReadOnlyList<Asset> Plan(IEnumerable<Asset> assets, IEnumerable<Profile> profiles, DateTimeOffset before)
    {
        var used = profiles.SelectMany(p => (string[])[p.KernelAsset, p.InitramfsAsset]).ToHashSet();
        return [.. assets.Where(a =>
            a.Origin != AssetOrigin.Distribution && a.Name.StartsWith("talos/", StringComparison.Ordinal) && a.Added < before
            && !used.Contains(a.Name))];
    }
}
