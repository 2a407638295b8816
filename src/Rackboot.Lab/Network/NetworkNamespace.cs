namespace Rackboot.Lab.Network;

/// <summary>A network of its own with a bridge in it: nothing in it reaches the host's network, nor the other way round.</summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    /// <summary>What machines boot from.</summary>
    public const string Bridge = "rack0";

    /// <summary>Where the BMCs are.</summary>
    public const string BmcBridge = "bmc0";

    private NetworkNamespace(string name) => Name = name;

    public string Name { get; }

    /// <summary>Makes the namespace <paramref name="name"/>, after ending what an earlier one of that name left behind.</summary>
    /// <param name="address">The bridge's own address, <c>10.20.0.1/24</c>.</param>
    /// <param name="bmcAddress">The same on the network of the BMCs.</param>
    public static async Task<NetworkNamespace> CreateAsync(string name, string address, string bmcAddress)
    {
        var made = new NetworkNamespace(name);
        await made.DisposeAsync();
        await Tool.RunAsync("ip", "netns", "add", name);
        try
        {
            await made.IpAsync("link", "set", "lo", "up");
            foreach (var (bridge, own) in new[] { (Bridge, address), (BmcBridge, bmcAddress) })
            {
                await made.IpAsync("link", "add", bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0");
                await made.IpAsync("address", "add", own, "dev", bridge);
                await made.IpAsync("link", "set", bridge, "up");
            }

            // A bridge has no carrier, and so no link-local address, before one of its ports has; the cable to a rack's switch always has.
            // The far end is deaf: it would answer ARP for the bridge.
            await made.IpAsync("link", "add", "switch0", "type", "veth", "peer", "name", "switch1");
            await made.IpAsync("link", "set", "switch1", "addrgenmode", "none");
            await made.IpAsync("link", "set", "switch1", "arp", "off", "up");
            await made.IpAsync("link", "set", "switch0", "master", Bridge, "up");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>ip</c> in the namespace.</summary>
    public Task<string> IpAsync(params string[] arguments) => Tool.RunAsync("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a program in the namespace to its end.</summary>
    public Task<(int Exit, string Output, string Error)> ExecAsync(params string[] command) =>
        Tool.TryRunAsync("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Adds a network card's cable to the bridge.</summary>
    public async Task AddTapAsync(string name)
    {
        await IpAsync("tuntap", "add", name, "mode", "tap");
        await IpAsync("link", "set", name, "master", Bridge, "up");
    }

    /// <summary>Gives the network of the BMCs another address, for a BMC to listen on.</summary>
    /// <param name="address">With the length of its prefix, <c>10.30.0.21/24</c>.</param>
    public Task AddBmcAddressAsync(string address) => IpAsync("address", "add", address, "dev", BmcBridge);

    /// <summary>Ends every program in the namespace, and the namespace.</summary>
    public async ValueTask DisposeAsync() => await DeleteAsync(Name);

    internal static async Task DeleteAsync(string name)
    {
        var (exit, pids, _) = await Tool.TryRunAsync("ip", "netns", "pids", name);
        if (exit != 0)
            return;
        foreach (var pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Tool.TryRunAsync("kill", "-9", pid);
        await Tool.TryRunAsync("ip", "netns", "delete", name);
    }
}
