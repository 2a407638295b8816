using Rackboot.Cloud.Latitude;
using Rackboot.Cloud.Vultr;

namespace Rackboot.Cloud;

/// <summary>The providers that are built.</summary>
public static class Clouds
{
    private static readonly (CloudTraits Traits, Func<CloudAccess, ICloud> Connect)[] Table =
    [
        (LatitudeTraits.Table, access => new LatitudeCloud(access)),
        (VultrTraits.Table, access => new VultrCloud(access)),
    ];

    public static IReadOnlyList<CloudTraits> All { get; } = [.. Table.Select(row => row.Traits)];

    /// <summary>Null if no such provider is built.</summary>
    public static CloudTraits? Traits(string provider) => All.FirstOrDefault(t => t.Provider == provider);

    /// <summary>An account at a provider; nothing is asked of it yet.</summary>
    public static ICloud Connect(string provider, CloudAccess access) =>
        Table.First(row => row.Traits.Provider == provider).Connect(access);
}
