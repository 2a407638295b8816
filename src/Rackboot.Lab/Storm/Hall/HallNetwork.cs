using System.Net;
using System.Text.Json;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.Storm.Hall;

/// <summary>Where the synthetic machines are: a namespace with a cable to the rack's bridge, on which every one of their addresses and
/// hardware addresses is taken for its own, and a cable to the network of the BMCs.</summary>
/// <remarks>docs/lab.md, "A hall of synthetic machines", says how and why.</remarks>
internal sealed class HallNetwork : IAsyncDisposable
{
    /// <summary>The end of the cable, which sees every frame.</summary>
    public const string Cable = "cable0";

    private const string Card = "hall0";
    private const string BmcCard = "bmcs0";

    private HallNetwork(string name) => Name = name;

    /// <summary>Of the namespace.</summary>
    public string Name { get; }

    /// <summary>The machines' addresses: the upper half of the rack's network, which the appliance leases.</summary>
    public static IPNetwork Machines { get; } = IPNetwork.Parse("10.20.128.0/17");

    /// <summary>The BMCs' addresses, behind a router as seen from the appliance.</summary>
    public static IPNetwork Bmcs { get; } = IPNetwork.Parse("10.31.0.0/16");

    private const string BmcRouter = "10.30.0.2";

    /// <summary>Makes the hall beside a rack.</summary>
    /// <param name="rack">The network that rackbootd serves.</param>
    /// <param name="server">The appliance's address on it.</param>
    public static async Task<HallNetwork> CreateAsync(NetworkNamespace rack, string server, string bmcServer)
    {
        var hall = new HallNetwork($"{rack.Name}-hall");
        await hall.DisposeAsync();
        await Tool.RunAsync("ip", "netns", "add", hall.Name);
        await hall.IpAsync("link", "set", "lo", "up");
        await hall.CableAsync(rack, NetworkNamespace.Bridge, "v-hall", Cable);
        await hall.CableAsync(rack, NetworkNamespace.BmcBridge, "v-bmcs", BmcCard);

        // A macvlan in mode passthru takes every frame of the cable for its own, whichever machine's hardware address it is sent to.
        await hall.IpAsync("link", "add", "link", Cable, "name", Card, "type", "macvlan", "mode", "passthru");
        // ARP is answered by HallCable, not by the kernel.
        await hall.SetAsync($"net.ipv4.conf.{Card}.arp_ignore=8", $"net.ipv4.conf.{Cable}.arp_ignore=8");
        await hall.SetAsync([.. new[] { "all", Card, Cable, BmcCard }.Select(c => $"net.ipv4.conf.{c}.rp_filter=0")]);
        await hall.IpAsync("link", "set", Card, "up");

        // Every address of the range is this host's, so that sockets can be bound to it. The appliance's hardware address is written down:
        // a question for it would carry this card's own, and the appliance would believe that all machines are one.
        await hall.IpAsync("route", "add", "local", $"{Machines}", "dev", "lo");
        await hall.IpAsync("route", "add", $"{server}/32", "dev", Card);
        await hall.IpAsync("neighbour", "replace", server, "lladdr", await MacAsync(rack), "dev", Card, "nud", "permanent");

        await hall.IpAsync("address", "add", $"{BmcRouter}/24", "dev", BmcCard);
        await hall.IpAsync("route", "add", "local", $"{Bmcs}", "dev", "lo");
        await rack.IpAsync("route", "add", $"{Bmcs}", "via", BmcRouter, "src", bmcServer);
        return hall;
    }

    public async ValueTask DisposeAsync() => await NetworkNamespace.DeleteAsync(Name);

    private async Task CableAsync(NetworkNamespace rack, string bridge, string port, string card)
    {
        await rack.IpAsync("link", "add", port, "type", "veth", "peer", "name", card, "netns", Name);
        await rack.IpAsync("link", "set", port, "master", bridge, "up");
        await IpAsync("link", "set", card, "addrgenmode", "none");
        await IpAsync("link", "set", card, "up");
    }

    private static async Task<string> MacAsync(NetworkNamespace rack)
    {
        using var links = JsonDocument.Parse(await rack.IpAsync("-json", "link", "show", NetworkNamespace.Bridge));
        return links.RootElement[0].GetProperty("address").GetString()!;
    }

    private Task<string> IpAsync(params string[] arguments) => Tool.RunAsync("ip", ["-n", Name, .. arguments]);

    private Task<string> SetAsync(params string[] settings) =>
        Tool.RunAsync("ip", ["netns", "exec", Name, "sysctl", "-qw", .. settings]);
}
