using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rackboot.Cli.Setup;

/// <summary>A network interface of this host that a rack may be on.</summary>
/// <param name="Addresses">Its IPv4 addresses with the networks that they are in.</param>
/// <param name="LeadsOut">Whether the host's default route goes through it: seldom the rack's network.</param>
internal sealed record HostLink(string Name, IReadOnlyList<(IPAddress Address, IPNetwork Network)> Addresses, bool LeadsOut)
{
    /// <summary>All that may be meant, those with an address that lead nowhere else first.</summary>
    public static IReadOnlyList<HostLink> All() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().Where(i => i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(Read).OfType<HostLink>().OrderBy(l => l.Addresses.Count == 0).ThenBy(l => l.LeadsOut).ThenBy(l => l.Name,
                StringComparer.Ordinal),
    ];

    /// <summary><c>eth1 (10.20.0.1/24)</c></summary>
    public override string ToString() =>
        $"{Name} ({(Addresses.Count == 0 ? "no IPv4 address"
            : string.Join(", ", Addresses.Select(a => $"{a.Address}/{a.Network.PrefixLength}")))}{(LeadsOut ? ", default route" : "")})";

    private static HostLink? Read(NetworkInterface link)
    {
        try
        {
            var properties = link.GetIPProperties();
            return new HostLink(link.Name,
                [.. properties.UnicastAddresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
                    .Select(a => (a.Address, Network(a.Address, a.PrefixLength)))],
                properties.GatewayAddresses.Any(g => g.Address.AddressFamily == AddressFamily.InterNetwork));
        }
        catch (NetworkInformationException)
        {
            return null; // it went while it was looked at
        }
    }

    private static IPNetwork Network(IPAddress address, int prefix) =>
        new(Ipv4.Address(prefix == 0 ? 0 : Ipv4.Number(address) & (uint.MaxValue << (32 - prefix))), prefix);
}
