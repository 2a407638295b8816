using System.Globalization;
using Rackboot.Contracts;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Doctor;

/// <summary>The kernel's neighbour table (arp(7)): a machine that does not fit in gets no answers, and its hardware address cannot be
/// checked.</summary>
internal static class NeighbourCheck
{
    private const string Most = "/proc/sys/net/ipv4/neigh/default/gc_thresh3";

    // Routers, BMCs and the operators' own computers.
    private const int Others = 100;

    public static IEnumerable<DoctorCheck> Look(IReadOnlyList<DhcpSubnet> subnets)
    {
        // A network namespace of a container has no file: the table is the host's.
        if (!File.Exists(Most) || !int.TryParse(File.ReadAllText(Most), CultureInfo.InvariantCulture, out var most))
            return [];
        return [Judge(most, subnets.Where(s => s.Mode == SubnetMode.Dhcp).Sum(s => s.Range?.Count ?? 0))];
    }

    /// <param name="most">How many entries the table takes.</param>
    /// <param name="addresses">How many addresses the ranges have.</param>
    internal static DoctorCheck Judge(int most, long addresses) => addresses + Others <= most
        ? new DoctorCheck(
            "neighbours", DoctorLevel.Ok, $"the kernel keeps {most:N0} neighbours, and the ranges have {addresses:N0} addresses")
        : new DoctorCheck("neighbours", DoctorLevel.Warning,
            $"the kernel keeps {most:N0} neighbours at most, and the ranges have {addresses:N0} addresses; with more machines on its links "
            + "than that, some get no answers and no configuration",
            $"echo net.ipv4.neigh.default.gc_thresh3={(addresses + Others) * 2} > /etc/sysctl.d/90-rackboot.conf, then: sysctl --system");
}
