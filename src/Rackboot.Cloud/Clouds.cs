using Rackboot.Cloud.Cherry;
using Rackboot.Cloud.DigitalOcean;
using Rackboot.Cloud.Gcore;
using Rackboot.Cloud.HetznerCloud;
using Rackboot.Cloud.Hivelocity;
using Rackboot.Cloud.I3d;
using Rackboot.Cloud.Ironic;
using Rackboot.Cloud.Latitude;
using Rackboot.Cloud.Linode;
using Rackboot.Cloud.OpenStack;
using Rackboot.Cloud.Ovh;
using Rackboot.Cloud.PhoenixNap;
using Rackboot.Cloud.Robot;
using Rackboot.Cloud.Scaleway;
using Rackboot.Cloud.VoltagePark;
using Rackboot.Cloud.Vultr;
using Rackboot.Cloud.Zenlayer;

namespace Rackboot.Cloud;

/// <summary>The providers that are built.</summary>
public static class Clouds
{
    private static readonly (CloudTraits Traits, Func<CloudAccess, ICloud> Connect)[] Table =
    [
        (HivelocityTraits.Table, access => new HivelocityCloud(access)),
        (I3dTraits.Table, access => new I3dCloud(access)),
        (ZenlayerTraits.Table, access => new ZenlayerCloud(access)),
        (VoltageParkTraits.Table, access => new VoltageParkCloud(access)),
        (GcoreTraits.Table, access => new GcoreCloud(access)),
        (OpenStackTraits.Table, access => new OpenStackCloud(access)),
        (IronicTraits.Table, access => new IronicCloud(access)),
        (RobotTraits.Table, access => new RobotCloud(access)),
        (OvhTraits.Table, access => new OvhCloud(access)),
        (ScalewayTraits.Table, access => new ScalewayCloud(access)),
        (LatitudeTraits.Table, access => new LatitudeCloud(access)),
        (HetznerCloudTraits.Table, access => new HetznerCloudCloud(access)),
        (CherryTraits.Table, access => new CherryCloud(access)),
        (PhoenixNapTraits.Table, access => new PhoenixNapCloud(access)),
        (DigitalOceanTraits.Table, access => new DigitalOceanCloud(access)),
        (LinodeTraits.Table, access => new LinodeCloud(access)),
        (VultrTraits.Table, access => new VultrCloud(access)),
    ];

    public static IReadOnlyList<CloudTraits> All { get; } = [.. Table.Select(row => row.Traits)];

    /// <summary>Null if no such provider is built.</summary>
    public static CloudTraits? Traits(string provider) => All.FirstOrDefault(t => t.Provider == provider);

    /// <summary>An account at a provider; nothing is asked of it yet.</summary>
    public static ICloud Connect(string provider, CloudAccess access) =>
        Table.First(row => row.Traits.Provider == provider).Connect(access);
}
