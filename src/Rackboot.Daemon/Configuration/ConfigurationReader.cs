using System.Text;
using Rackboot.Core;
using Rackboot.Core.Boot;
using Rackboot.Core.Console;
using Rackboot.Core.Power;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Configuration;

/// <summary>Every setting: its meaning, allowed values and default.</summary>
internal static class ConfigurationReader
{
    // linux/un.h: sun_path has 108 bytes with the closing NUL.
    private const int MostSocketPathBytes = 107;

    // linux/if.h: IFNAMSIZ is 16 with the closing NUL.
    private const int MostInterfaceCharacters = 15;

    public static RackbootConfiguration Read(ConfigurationSection root)
    {
        var data = root.FilePath("data",
            "Directory of the store, its key, boot files and images (docs/store.md). Only its owner may read it.", "/var/lib/rackboot");
        var boot = root.Section("boot", "The boot network: services for machines, and their interfaces.");
        var management = root.Section("management", "The management API, docs/rest.md.");
        var dhcp = root.Section("dhcp", "How the appliance assigns addresses.");
        var (subnets, places, advertised) = SubnetConfiguration.Read(root);
        return new RackbootConfiguration
        {
            Data = data,
            Interfaces = Interfaces(boot),
            HttpPort = boot.Number("http", "TCP port for scripts and boot files.", 80, 1, 65535),
            HttpConnectionsPerSource = boot.Number("httpConnectionsPerSource",
                "Most HTTP connections of one address at once. Raise it if a proxy or NAT hides many machines.",
                1024, 8, 8192),
            TftpPort = boot.Number("tftp", "UDP port of the TFTP server.", 69, 1, 65535),
            TftpSinglePort = boot.Flag("tftpSinglePort",
                "Keep TFTP transfers on the TFTP port, for firewalls and NAT that cannot track TFTP.", false),
            EventPort = boot.Number("events", "TCP port for events of Talos cluster machines. 0: do not receive them.", 4515, 0, 65535),
            LogPort = boot.Number("logs", "TCP and UDP port for kernel logs of booted Talos machines. 0: do not receive them.",
                4514, 0, 65535),
            Poll = boot.Duration("poll", "How often a waiting machine asks again.",
                TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            ConfigGrace = boot.Duration("configGrace", "How long the appliance answers retries after it delivered a machine configuration.",
                TimeSpan.FromMinutes(2), TimeSpan.Zero, TimeSpan.FromHours(1)),
            ArmFor = boot.Duration("armFor", "How long a machine stays armed without fetching its configuration (docs/security.md).",
                TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)),
            IpxeDirectory = boot.FilePath("ipxe",
                "Directory of the iPXE binaries from the distribution's package ipxe.", "/usr/lib/ipxe"),
            Socket = SocketPath(management),
            Https = ManagementConfiguration.Https(management),
            Metrics = ManagementConfiguration.Metrics(management),
            Oidc = ManagementConfiguration.Oidc(management),
            Groups = ManagementConfiguration.Groups(management),
            Probe = dhcp.Choice("probe", "Whether to probe an address before its first lease: by ARP on link, by ICMP through relays.",
                ConflictProbe.Auto),
            ProbeTimeout = dhcp.Duration("probeTimeout", "How long a probe waits for an answer.",
                TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10)),
            Quarantine = dhcp.Duration("quarantine", "How long an address found in use without a lease is withheld.",
                TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            Subnets = subnets,
            SubnetPlaces = places,
            AdvertisedNetworks = advertised,
            Machines = Machines(root.Section("machines", "What machines without a document or a profile boot.")),
            Power = Power(root.Section("power", "Access to BMCs (docs/power.md).")),
            Assets = AssetConfiguration.Read(
                root.Section("assets", "What the appliance may fetch from outside (docs/assets.md). By default nothing.")),
            History = History(root.Section("history", "How much history is kept (docs/store.md).")),
            Backups = BackupSettings.Read(root.Section("backups", "Scheduled backups (docs/backup.md).")),
            Telemetry = TelemetrySettings.Read(root.Section("telemetry", "Traces of boots (docs/monitoring.md).")),
            Console = Console(root.Section("console", "Logs of serial consoles (docs/console.md).")),
            Handout = HandoutConfiguration.Read(root.Section("clouds", "Servers at providers (docs/clouds.md).").Section("handout",
                "A public HTTPS listener from which servers at providers fetch their configuration, each once. It answers nothing else.")),
        };
    }

    private static IReadOnlyList<string> Interfaces(ConfigurationSection boot)
    {
        var names = boot.Texts("interfaces",
            "Interfaces to serve DHCP, TFTP, HTTP and kernel logs on, and no others. Required.",
            "a list of network interfaces, like [eth1]");
        if (names.Count == 0)
            boot.Error("interfaces", "names no interface; name the interfaces of the rack, like [eth1]");
        foreach (var name in names)
            if (name.Length > MostInterfaceCharacters || name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c)))
                boot.Error("interfaces",
                    $"\"{name}\" is not the name of a network interface: at most {MostInterfaceCharacters} characters, "
                    + "no space, '/' or ':'");
        foreach (var twice in names.GroupBy(n => n).Where(g => g.Count() > 1))
            boot.Error("interfaces", $"{twice.Key} is named twice");
        return names;
    }

    private static string SocketPath(ConfigurationSection management)
    {
        var path = management.FilePath("socket",
            "Unix socket of the REST API. Only its owner and group may use it.", "/run/rackboot/rackboot.sock");
        if (Encoding.UTF8.GetByteCount(path) > MostSocketPathBytes)
            management.Error("socket", $"the path of a Unix socket has at most {MostSocketPathBytes} bytes");
        return path;
    }

    private static MachinePolicy Machines(ConfigurationSection machines)
    {
        var unknown = machines.Choice("unknown",
            "Machines without a document. ignore: no answer. discover: record them and let them wait. boot: "
            + "boot `machines.profile`.",
            UnknownMachines.Discover);
        var profile = machines.Text("profile", "Profile of unknown machines, with `unknown: boot`.", "the name of a profile");
        if (unknown == UnknownMachines.Boot && profile is null)
            machines.Error("profile", "is missing; unknown: boot needs the name of a profile");
        var idle = machines.Choice("idle", "Machines with a document but no profile. wait: let them wait. disk: let them boot from disk.",
            IdleMachines.Wait);
        return new MachinePolicy(unknown, profile, idle);
    }

    private static PowerSettings Power(ConfigurationSection power)
    {
        var otherwise = new PowerSettings();
        return new PowerSettings
        {
            Interval = power.Duration("interval", "Interval between readings of each machine's power state, spread evenly.",
                otherwise.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Sensors = power.Duration("sensors", "Interval between readings of each machine's sensors. Operator requests take priority.",
                otherwise.Sensors, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            Parallel = power.Number("parallel", "Most BMCs in use at once.", otherwise.Parallel, 1, 1024),
            Call = power.Duration("call", "Time limit of one call to a BMC.",
                otherwise.Call, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            Switch = power.Duration("switch", "Time limit from a power command until the BMC reports the new state.",
                otherwise.Switch, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)),
            Shutdown = power.Duration("shutdown", "Time limit for an operating system to shut down.",
                otherwise.Shutdown, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
    }

    private static HistorySettings History(ConfigurationSection history)
    {
        var otherwise = new HistorySettings();
        return new HistorySettings
        {
            Boots = history.Duration("boots", "How long a boot is kept after a newer one, or after its machine was deleted.",
                otherwise.Boots, TimeSpan.FromHours(1), TimeSpan.FromDays(3650)),
            BootsPerMachine = history.Number("bootsPerMachine", "Most boots kept of each machine.",
                otherwise.BootsPerMachine, 2, 1000),
            BootBytes = (long)history.Number("bootMegabytes",
                "Most disk space of all boots with their timelines, in MB. The oldest are deleted first.",
                (int)(otherwise.BootBytes >> 20), 1, 65536) << 20,
            Events = history.Duration("events", "How long events are kept.",
                otherwise.Events, TimeSpan.FromHours(1), TimeSpan.FromDays(3650)),
            MostEvents = history.Number("mostEvents",
                "Most events kept; of each security-relevant kind, a tenth of it in addition.",
                otherwise.MostEvents, 1000, 1_000_000),
            Audit = history.Duration("audit", "How long entries of the audit are kept (docs/access.md).",
                otherwise.Audit, TimeSpan.FromDays(1), TimeSpan.FromDays(3650)),
        };
    }

    private static ConsoleSettings Console(ConfigurationSection console)
    {
        var otherwise = new ConsoleSettings();
        return new ConsoleSettings
        {
            Log = console.Choice("log", "When to log serial consoles to disk. watched: while a console has a watcher.", otherwise.Log),
            FileSize = (long)console.Number("fileMegabytes", "Size of a log file, in MiB.",
                (int)(otherwise.FileSize >> 20), 1, 1024) << 20,
            Files = console.Number("files", "Log files kept for each machine.", otherwise.Files, 1, 100),
            Timestamps = console.Flag("timestamps", "Begin each log line with its time.", otherwise.Timestamps),
        };
    }
}
