using Rackboot.Daemon.Api;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Leases as metrics.</summary>
internal static class LeaseNumbers
{
    public static void Measure(MetricsText text, LeaseUse use, IReadOnlyList<DhcpSubnet> subnets)
    {
        text.Metric("rackboot_leases", "gauge", "Leases that are in force, by subnet.");
        foreach (var (subnet, count) in use.Leases)
            text.Sample("rackboot_leases", count, ("subnet", $"{subnet}"));

        text.Metric("rackboot_range_addresses", "gauge", "Addresses of a subnet's range: leased, or free.");
        foreach (var subnet in subnets.Where(s => s.Mode == SubnetMode.Dhcp))
            if (subnet.Range is { } range)
            {
                var leased = use.InRange(subnet.Network);
                text.Sample("rackboot_range_addresses", leased, ("subnet", $"{subnet}"), ("state", "leased"));
                text.Sample("rackboot_range_addresses", range.Count - leased, ("subnet", $"{subnet}"), ("state", "free"));
            }
    }
}
