using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>Valid settings that can still keep machines from running: <c>--check</c> prints them, and the daemon reports them at its
/// start.</summary>
public static class ConfigurationWarnings
{
    /// <summary>The warnings about a configuration of the file <paramref name="path"/>.</summary>
    public static IReadOnlyList<ConfigurationError> Of(string path, RackbootConfiguration configuration) =>
        [.. configuration.Subnets.Zip(configuration.SubnetPlaces, (subnet, place) => (Subnet: subnet, Place: place))
            .Where(s => LacksTime(s.Subnet))
            .Select(s => new ConfigurationError(path, configuration.Lines.Of(s.Place), $"{s.Place}.ntp", NoTime(s.Subnet)))];

    // Certificates of a cluster are valid from the time of the machine that made them, so Talos starts nothing before it has the time
    // (siderolabs/talos issues 3119 and 5274).
    private static bool LacksTime(DhcpSubnet subnet) => subnet is { Mode: SubnetMode.Dhcp, Ntp.Count: 0 };

    private static string NoTime(DhcpSubnet subnet) =>
        $"subnet {subnet.Network} hands out no time server. Talos then asks time.cloudflare.com, and waits forever if it is not "
        + "reachable; name a time server that the rack can reach, like ntp: [10.20.0.1] (docs/air-gap.md sets up chrony)";
}
