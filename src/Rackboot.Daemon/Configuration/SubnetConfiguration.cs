using System.Net;
using System.Net.Sockets;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>The list <c>subnets</c>: the served networks.</summary>
internal static class SubnetConfiguration
{
    /// <returns>The subnets, the path of each in the document, and the networks with router advertisements.</returns>
    public static (List<DhcpSubnet> Subnets, List<string> Places, List<IPNetwork> Advertised) Read(ConfigurationSection root)
    {
        var (subnets, places, advertised) = (new List<DhcpSubnet>(), new List<string>(), new List<IPNetwork>());
        var sections = root.Sections("subnets", "IPv4 networks to serve, on link or through DHCP relays. At least one.");
        if (sections.Count == 0)
            root.Error("subnets", "there is no subnet to serve; add an item like: - subnet: 10.20.0.0/24");
        foreach (var section in sections)
        {
            var read = Subnet(section);
            var advertises = section.Flag("routerAdvertisements",
                "Send IPv6 router advertisements that offer nothing, so that iPXE does not wait 15 s for a router.", true);
            if (read is not { } subnet)
                continue;
            if (advertises && subnet.Mode != SubnetMode.Off)
                advertised.Add(subnet.Network);
            if (subnets.Find(other => Overlap(other.Network, subnet.Network)) is { } overlapping)
                section.Error("subnet", $"{subnet.Network} overlaps {overlapping.Network}; an address belongs to one subnet");
            subnets.Add(subnet);
            places.Add(section.Path);
        }

        return (subnets, places, advertised);
    }

    private static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    private static DhcpSubnet? Subnet(ConfigurationSection section)
    {
        var network = Network(section);
        var mode = section.Choice("mode",
            "dhcp: the appliance assigns addresses. proxy: another DHCP server does, and the appliance adds boot data. off: no service.",
            SubnetMode.Dhcp);
        var range = section.Text("range", "Addresses for machines without a reserved one. No range: only reserved addresses are assigned.",
            "two addresses of the subnet, like 10.20.0.100-10.20.0.199");
        var router = section.Address("router", "Default gateway of the machines.");
        var dns = section.Addresses("dns", "DNS servers.");
        var ntp = section.Addresses("ntp", "Time servers. Talos needs the time to start.");
        var domain = section.Text("domain", "DNS domain of the machines.", "a domain name");
        var lease = section.Duration("lease", "Length of a lease.", TimeSpan.FromHours(1), TimeSpan.FromSeconds(30),
            TimeSpan.FromDays(365));
        if (domain is not null && (domain.Length > 253 || domain.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))))
            section.Error("domain", $"\"{domain}\" is not a domain name");
        if (network is not { } served)
            return null;
        if (mode == SubnetMode.Proxy && range is not null)
            section.Error("range", "in mode proxy another server assigns the addresses; remove the range, or use mode: dhcp");
        if (router is not null && !served.Contains(router))
            section.Error("router", $"{router} is outside the subnet {served}, so machines cannot reach it");
        return new DhcpSubnet
        {
            Network = served,
            Mode = mode,
            Range = range is null ? null : Range(section, range, served),
            Router = router,
            Dns = dns,
            Ntp = ntp,
            Domain = domain,
            LeaseTime = lease,
        };
    }

    private static IPNetwork? Network(ConfigurationSection section)
    {
        const string form = "a network address and a prefix length of 8 to 30, like 10.20.0.0/24";
        if (section.Text("subnet",
            "The network. A DHCP relay's address (giaddr) decides the subnet of the machines behind it. Required.", form)
            is not { } text)
        {
            section.Error("subnet", "is missing; set a network like 10.20.0.0/24");
            return null;
        }

        if (IPNetwork.TryParse(text, out var network) && network.ToString() == text
            && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && network.PrefixLength is >= 8 and <= 30)
            return network;
        section.Error("subnet",
            $"\"{text}\" is not an IPv4 network; allowed: a network address and a prefix length of 8 to 30, like 10.20.0.0/24");
        return null;
    }

    private static AddressRange? Range(ConfigurationSection section, string text, IPNetwork network)
    {
        var ends = text.Split('-', StringSplitOptions.TrimEntries);
        var (lowest, highest) = (First(network), Last(network));
        if (ends.Length != 2 || !IPAddress.TryParse(ends[0], out var first) || !IPAddress.TryParse(ends[1], out var last)
            || first.AddressFamily != AddressFamily.InterNetwork || last.AddressFamily != AddressFamily.InterNetwork)
        {
            section.Error("range", $"\"{text}\" is not a range; allowed: two addresses of {network}, like {lowest}-{highest}");
            return null;
        }

        foreach (var (end, name) in new[] { (first, "start"), (last, "end") })
            if (!network.Contains(end))
                section.Error("range", $"range {name} {end} is outside the subnet {network}");
            else if (Number(end) < Number(lowest) || Number(end) > Number(highest))
                section.Error("range", $"range {name} {end} is the network or broadcast address; allowed: {lowest} to {highest}");
        if (Number(first) > Number(last))
            section.Error("range", $"range start {first} is after its end {last}");
        return new AddressRange(first, last);
    }

    private static uint Number(IPAddress address) => DhcpMessage.ToNumber(address);

    private static IPAddress First(IPNetwork network) => DhcpMessage.ToAddress(Number(network.BaseAddress) + 1);

    private static IPAddress Last(IPNetwork network) =>
        DhcpMessage.ToAddress((Number(network.BaseAddress) | uint.MaxValue >> network.PrefixLength) - 1);
}
