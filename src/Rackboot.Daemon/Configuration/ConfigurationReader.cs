using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Core;
using Rackboot.Core.Boot;
using Rackboot.Core.Console;
using Rackboot.Core.Power;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>What each setting means and what it may be.</summary>
internal static class ConfigurationReader
{
    // linux/un.h: sun_path has 108 bytes with the closing NUL.
    private const int MostSocketPathBytes = 107;

    // linux/if.h: IFNAMSIZ is 16 with the closing NUL.
    private const int MostInterfaceCharacters = 15;

    public static RackbootConfiguration Read(ConfigurationSection root)
    {
        var boot = root.Section("boot");
        var dhcp = root.Section("dhcp");
        var machines = root.Section("machines");
        return new RackbootConfiguration
        {
            Data = AbsolutePath(root, "data", "/var/lib/rackboot"),
            Interfaces = Interfaces(boot),
            HttpPort = boot.Number("http", 80, 1, 65535),
            HttpConnectionsPerSource = boot.Number("httpConnectionsPerSource", 1024, 8, 8192),
            TftpPort = boot.Number("tftp", 69, 1, 65535),
            TftpSinglePort = boot.Flag("tftpSinglePort", false),
            LogPort = boot.Number("logs", 4514, 0, 65535),
            EventPort = boot.Number("events", 4515, 0, 65535),
            ConfigGrace = boot.Duration("configGrace", TimeSpan.FromMinutes(2), TimeSpan.Zero, TimeSpan.FromHours(1)),
            ArmFor = boot.Duration("armFor", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)),
            Poll = boot.Duration("poll", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            IpxeDirectory = AbsolutePath(boot, "ipxe", "/usr/lib/ipxe"),
            Socket = SocketPath(root.Section("management")),
            Probe = dhcp.Choice("probe", ConflictProbe.Auto),
            ProbeTimeout = dhcp.Duration(
                "probeTimeout", TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)),
            Quarantine = dhcp.Duration("quarantine", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            Subnets = Subnets(root),
            Machines = Machines(machines),
            Power = Power(root.Section("power")),
            Console = Console(root.Section("console")),
            Assets = AssetConfiguration.Read(root.Section("assets")),
            History = History(root.Section("history")),
        };
    }

    private static string AbsolutePath(ConfigurationSection section, string key, string otherwise)
    {
        var path = section.Text(key) ?? otherwise;
        if (!path.StartsWith('/') || path.Contains('\0'))
            section.Error(key, $"\"{path}\" is not an absolute path");
        return path;
    }

    private static IReadOnlyList<string> Interfaces(ConfigurationSection boot)
    {
        var names = boot.Texts("interfaces");
        if (names.Count == 0)
            boot.Error("interfaces", "names no interface; name those that the rack is on, like [eth1]");
        foreach (var name in names)
            if (name.Length > MostInterfaceCharacters || name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c)))
                boot.Error("interfaces", $"\"{name}\" is not the name of a network interface: at most {MostInterfaceCharacters} "
                    + "characters, no space, '/' or ':'");
        foreach (var twice in names.GroupBy(n => n).Where(g => g.Count() > 1))
            boot.Error("interfaces", $"{twice.Key} is named twice");
        return names;
    }

    private static string SocketPath(ConfigurationSection management)
    {
        var path = AbsolutePath(management, "socket", "/run/rackboot/rackboot.sock");
        if (Encoding.UTF8.GetByteCount(path) > MostSocketPathBytes)
            management.Error("socket", $"the path of a Unix socket has at most {MostSocketPathBytes} bytes");
        return path;
    }

    private static MachinePolicy Machines(ConfigurationSection machines)
    {
        var unknown = machines.Choice("unknown", UnknownMachines.Discover);
        var profile = machines.Text("profile");
        if (unknown == UnknownMachines.Boot && profile is null)
            machines.Error("profile", "is missing: with unknown: boot it names the profile that unknown machines boot");
        return new MachinePolicy(unknown, profile, machines.Choice("idle", IdleMachines.Wait));
    }

    private static PowerSettings Power(ConfigurationSection power)
    {
        var otherwise = new PowerSettings();
        return new PowerSettings
        {
            Interval = power.Duration("interval", otherwise.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Sensors = power.Duration("sensors", otherwise.Sensors, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            Parallel = power.Number("parallel", otherwise.Parallel, 1, 1024),
            Call = power.Duration("call", otherwise.Call, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            Switch = power.Duration("switch", otherwise.Switch, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)),
            Shutdown = power.Duration("shutdown", otherwise.Shutdown, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
    }

    private static HistorySettings History(ConfigurationSection history)
    {
        var otherwise = new HistorySettings();
        return new HistorySettings
        {
            Boots = history.Duration("boots", otherwise.Boots, TimeSpan.FromHours(1), TimeSpan.FromDays(3650)),
            BootsPerMachine = history.Number("bootsPerMachine", otherwise.BootsPerMachine, 2, 1000),
            BootBytes = (long)history.Number("bootMegabytes", (int)(otherwise.BootBytes >> 20), 1, 65536) << 20,
            Events = history.Duration("events", otherwise.Events, TimeSpan.FromHours(1), TimeSpan.FromDays(3650)),
            MostEvents = history.Number("mostEvents", otherwise.MostEvents, 1000, 1_000_000),
        };
    }

    private static ConsoleSettings Console(ConfigurationSection console)
    {
        var otherwise = new ConsoleSettings();
        return new ConsoleSettings
        {
            Log = console.Choice("log", otherwise.Log),
            FileSize = (long)console.Number("fileMegabytes", (int)(otherwise.FileSize >> 20), 1, 1024) << 20,
            Files = console.Number("files", otherwise.Files, 1, 100),
            Timestamps = console.Flag("timestamps", otherwise.Timestamps),
        };
    }

    private static List<DhcpSubnet> Subnets(ConfigurationSection root)
    {
        var subnets = new List<DhcpSubnet>();
        var sections = root.Sections("subnets");
        if (sections.Count == 0)
            root.Error("subnets", "there is no subnet to serve; a subnet is an item like: - subnet: 10.20.0.0/24");
        foreach (var section in sections)
        {
            if (Subnet(section) is not { } subnet)
                continue;
            if (subnets.Find(other => other.Network.Contains(subnet.Network.BaseAddress)
                || subnet.Network.Contains(other.Network.BaseAddress)) is { } overlapping)
                section.Error("subnet", $"{subnet.Network} overlaps {overlapping.Network}; an address belongs to one subnet");
            subnets.Add(subnet);
        }

        return subnets;
    }

    private static DhcpSubnet? Subnet(ConfigurationSection section)
    {
        var text = section.Text("subnet");
        var mode = section.Choice("mode", SubnetMode.Dhcp);
        var rangeText = section.Text("range");
        var router = section.Address("router");
        var dns = section.Addresses("dns");
        var ntp = section.Addresses("ntp");
        var domain = section.Text("domain");
        var lease = section.Duration("lease", TimeSpan.FromHours(1), TimeSpan.FromSeconds(30), TimeSpan.FromDays(365));
        if (domain is not null && (domain.Length > 253 || domain.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))))
            section.Error("domain", $"\"{domain}\" is not a domain name");
        if (text is null)
        {
            section.Error("subnet", "is missing; it is a network like 10.20.0.0/24");
            return null;
        }

        if (!IPNetwork.TryParse(text, out var network) || network.ToString() != text
            || network.BaseAddress.AddressFamily != AddressFamily.InterNetwork || network.PrefixLength is < 8 or > 30)
        {
            section.Error("subnet",
                $"\"{text}\" is not an IPv4 network; allowed: its first address and a prefix length of 8 to 30, like 10.20.0.0/24");
            return null;
        }

        if (mode == SubnetMode.Proxy && rangeText is not null)
            section.Error("range", "in mode proxy another server gives the addresses; take the range out, or use mode: dhcp");
        if (router is not null && !network.Contains(router))
            section.Error("router", $"{router} is outside the subnet {network}; machines could not reach it");
        return new DhcpSubnet
        {
            Network = network,
            Mode = mode,
            Range = rangeText is null ? null : Range(section, rangeText, network),
            Router = router,
            Dns = dns,
            Ntp = ntp,
            Domain = domain,
            LeaseTime = lease,
        };
    }

    private static AddressRange? Range(ConfigurationSection section, string text, IPNetwork network)
    {
        var ends = text.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !IPAddress.TryParse(ends[0], out var first) || !IPAddress.TryParse(ends[1], out var last)
            || first.AddressFamily != AddressFamily.InterNetwork || last.AddressFamily != AddressFamily.InterNetwork)
        {
            section.Error(
                "range", $"\"{text}\" is not a range; allowed: two addresses of {network}, like {First(network)}-{Last(network)}");
            return null;
        }

        foreach (var (end, name) in new[] { (first, "start"), (last, "end") })
            if (!network.Contains(end))
                section.Error("range", $"range {name} {end} is outside the subnet {network}");
            else if (DhcpMessage.ToNumber(end) < DhcpMessage.ToNumber(First(network))
                || DhcpMessage.ToNumber(end) > DhcpMessage.ToNumber(Last(network)))
                section.Error("range",
                    $"range {name} {end} is the network's own or its broadcast address; allowed: {First(network)} to {Last(network)}");
        if (DhcpMessage.ToNumber(first) > DhcpMessage.ToNumber(last))
            section.Error("range", $"range start {first} is after its end {last}");
        return new AddressRange(first, last);
    }

    private static IPAddress First(IPNetwork network) => DhcpMessage.ToAddress(DhcpMessage.ToNumber(network.BaseAddress) + 1);

    private static IPAddress Last(IPNetwork network) =>
        DhcpMessage.ToAddress((DhcpMessage.ToNumber(network.BaseAddress) | uint.MaxValue >> network.PrefixLength) - 1);
}
