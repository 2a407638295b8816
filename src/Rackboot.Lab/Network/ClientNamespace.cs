namespace Rackboot.Lab.Network;

/// <summary>A host of its own on the rack's bridge: a namespace with one card, for programs that act as a machine or as another
/// server.</summary>
public sealed class ClientNamespace : IAsyncDisposable
{
    public const string Card = "eth0";

    private ClientNamespace(string name, string mac) => (Name, Mac) = (name, mac);

    public string Name { get; }

    public string Mac { get; }

    /// <summary>Makes the host and plugs it into the bridge of <paramref name="network"/>.</summary>
    /// <param name="name">Short: it becomes part of the cable's name.</param>
    /// <param name="address">A fixed address, <c>10.20.0.2/24</c>; null leaves the card without one.</param>
    /// <param name="bridge">Which network it is on.</param>
    public static async Task<ClientNamespace> CreateAsync(
        NetworkNamespace network, string name, string mac, string? address = null, string bridge = NetworkNamespace.Bridge)
    {
        var host = new ClientNamespace($"{network.Name}-{name}", mac);
        await host.DisposeAsync();
        await Tool.RunAsync("ip", "netns", "add", host.Name);
        await network.IpAsync("link", "add", $"v-{name}", "type", "veth", "peer", "name", Card, "netns", host.Name);
        await network.IpAsync("link", "set", $"v-{name}", "master", bridge, "up");
        await host.IpAsync("link", "set", "lo", "up");
        await host.IpAsync("link", "set", Card, "address", mac, "up");
        if (address is not null)
            await host.IpAsync("address", "add", address, "dev", Card);
        return host;
    }

    public Task<string> IpAsync(params string[] arguments) => Tool.RunAsync("ip", ["-n", Name, .. arguments]);

    /// <summary>Runs a program on the host to its end.</summary>
    public Task<(int Exit, string Output, string Error)> ExecAsync(params string[] command) =>
        Tool.TryRunAsync("ip", ["netns", "exec", Name, .. command]);

    /// <summary>Starts a program on the host; it ends with the host at the latest.</summary>
    public System.Diagnostics.Process Start(string logFile, params string[] command) =>
        Tool.StartInBackground(logFile, "ip", ["netns", "exec", Name, .. command]);

    /// <summary>Ends every program on the host, and the host.</summary>
    public async ValueTask DisposeAsync() => await NetworkNamespace.DeleteAsync(Name);
}
