using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>One rackbootd for all attacks of a class, with an attacker on the boot network and one on the management network.</summary>
public abstract class AttackedRack(string subnets) : IAsyncLifetime
{
    /// <summary>The appliance on the boot network.</summary>
    public const string Server = "http://10.20.0.1";
    public const string AttackerMac = "52:54:00:00:66:01";

    private static readonly string Forge = Path.Combine(AppContext.BaseDirectory, "Attacks", "forge.py");
    private int _victims;

    public VirtualRack Rack { get; private set; } = null!;

    /// <summary>On the boot network, with a card of its own.</summary>
    public ClientNamespace Attacker { get; private set; } = null!;

    /// <summary>On the management network, with a route to the boot network through the appliance.</summary>
    public ClientNamespace Elsewhere { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Rack = await TestRack.StartAsync(subnets + "\ndhcp: { probe: off }");
        Attacker = await ClientNamespace.CreateAsync(Rack.Network, "att", AttackerMac);
        Elsewhere = await ClientNamespace.CreateAsync(
            Rack.Network, "else", "52:54:00:00:66:02", "10.30.0.50/24", NetworkNamespace.BmcBridge);
        await Elsewhere.IpAsync("route", "add", "10.20.0.0/24", "via", "10.30.0.1");
        await Rack.Client.PutAssetAsync("talos/v1.0.0/amd64/kernel", new MemoryStream([1, 2, 3]));
        await Rack.Client.PutAssetAsync("talos/v1.0.0/amd64/initramfs", new MemoryStream([4, 5, 6]));
        await Rack.Client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.0.0" } });
        await Rack.Client.PutProfileAsync(new Profile
        {
            Name = "diskless", Talos = new TalosRelease { Version = "v1.0.0" }, Configuration = ConfigurationRelease.Always,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (Rack is null)
            return; // it was skipped
        await Attacker.DisposeAsync();
        await Elsewhere.DisposeAsync();
        await Rack.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A machine that is there and has no document.</summary>
    public async Task<Victim> CableAsync()
    {
        var number = Interlocked.Increment(ref _victims);
        var mac = $"52:54:00:00:03:{number:x2}";
        return new Victim(this, number, await ClientNamespace.CreateAsync(Rack.Network, $"vic{number}", mac));
    }

    /// <summary>A machine that is described with its card and a configuration, and so armed.</summary>
    public async Task<Victim> DescribeAsync(Func<Machine, Machine>? with = null)
    {
        var victim = await CableAsync();
        await victim.DescribeAsync(with);
        return victim;
    }

    /// <summary>Sends a forged packet from a host.</summary>
    public static async Task<string> ForgeAsync(ClientNamespace from, params string[] arguments)
    {
        var (exit, output, error) = await from.ExecAsync(["python3", Forge, .. arguments]);
        Assert.True(exit == 0, error);
        return output.Trim();
    }

    /// <summary>Puts an address on a host's card in place of all others.</summary>
    public static async Task TakeAsync(ClientNamespace host, string address)
    {
        await host.IpAsync("address", "flush", "dev", ClientNamespace.Card);
        await host.IpAsync("address", "add", address, "dev", ClientNamespace.Card);
        await host.IpAsync("route", "replace", "10.20.0.1/32", "dev", ClientNamespace.Card);
    }

    /// <summary>Whether TCP reaches a port of the appliance from a host.</summary>
    public static async Task<bool> ReachesAsync(ClientNamespace host, string address, int port) =>
        (await host.ExecAsync("python3", "-c", $"import socket; socket.create_connection(('{address}', {port}), 3)")).Exit == 0;

    public async Task<MachineStatus> StatusAsync(string machine) => (await Rack.Client.GetMachineAsync(machine)).Value.Status!;

    /// <summary>The texts of all events of a kind so far that tell of a machine.</summary>
    public async Task<string> EventAsync(string kind, string machine)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var e in Rack.Client.WatchAsync(0, limit.Token))
            if (e.Kind == kind && e.Machine == machine)
                return e.Text;
        throw new InvalidOperationException("the events ended");
    }
}
