using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Contracts;
using Rackboot.Daemon.Configuration;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Doctor;

/// <summary>A boot interface: its cable, and who else answers DHCP there.</summary>
internal static class LinkCheck
{
    private static readonly TimeSpan Listen = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<DoctorCheck>> LookAsync(
        string name, RackbootConfiguration configuration, TimeProvider time, CancellationToken cancel)
    {
        if (NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.Name == name) is not { } link)
            return []; // the check of the configuration says it
        if (!HasCarrier(name))
            return [new DoctorCheck($"interface {name}", DoctorLevel.Error, "no carrier: nothing is connected, or it is down",
                $"look at the cable and the switch's port; ip link set {name} up")];
        var up = new DoctorCheck($"interface {name}", DoctorLevel.Ok,
            $"is up{(link.Speed > 0 ? $", {link.Speed / 1_000_000:N0} Mbit/s" : "")}");
        try
        {
            return [up, Judge(name, Mode(link, configuration),
                await ServerSearch.RunAsync(name, Listen, time, cancel).ConfigureAwait(false))];
        }
        catch (IOException e)
        {
            return [up, new DoctorCheck($"dhcp {name}", DoctorLevel.Warning, $"not looked at: {e.Message}", "run rackboot doctor as root")];
        }
    }

    /// <summary>What other servers mean for an interface that is served in this mode.</summary>
    /// <param name="mode">Null where only machines behind relays are served.</param>
    internal static DoctorCheck Judge(string name, SubnetMode? mode, IReadOnlyList<FoundServer> others)
    {
        var givers = string.Join(" and ", others.Where(s => s.Offered is not null).Select(s => s.Address));
        var check = $"dhcp {name}";
        return (mode, givers.Length > 0) switch
        {
            (SubnetMode.Dhcp, true) => new DoctorCheck(check, DoctorLevel.Error,
                $"{givers} gives addresses too; machines take whichever answers first", "stop that server there, or use mode: proxy"),
            (SubnetMode.Proxy, false) => new DoctorCheck(check, DoctorLevel.Error,
                "no server gives addresses, and mode: proxy leaves that to another one", "start that server, or use mode: dhcp"),
            _ when others.FirstOrDefault(s => s.BootFile is not null) is { } other && mode is SubnetMode.Dhcp or SubnetMode.Proxy =>
                new DoctorCheck(check, DoctorLevel.Warning, $"{other.Address} names the boot file {other.BootFile}; machines may boot that",
                    "take the boot file out of that server"),
            (SubnetMode.Proxy, true) => new DoctorCheck(check, DoctorLevel.Ok, $"{givers} gives addresses, as mode: proxy wants it"),
            _ => new DoctorCheck(check, DoctorLevel.Ok, others.Count == 0 ? "no other DHCP server answers"
                : $"{givers} answers; nothing is served "
                + "on this link itself"),
        };
    }

    private static SubnetMode? Mode(NetworkInterface link, RackbootConfiguration configuration)
    {
        var own = link.GetIPProperties().UnicastAddresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(a => a.Address).ToList();
        return configuration.Subnets.FirstOrDefault(s => s.Mode != SubnetMode.Off && own.Exists(s.Network.Contains))?.Mode;
    }

    private static bool HasCarrier(string name)
    {
        try
        {
            return File.ReadAllText($"/sys/class/net/{name}/carrier").Trim() == "1";
        }
        catch (IOException)
        {
            return false; // an interface that is down has no answer
        }
    }
}
