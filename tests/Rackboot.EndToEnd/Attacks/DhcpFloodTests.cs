using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>DHCP from hardware addresses that nobody has.</summary>
public sealed class DhcpFloodTests
{
    private const string File = "ipxe/amd64/snponly.efi";
    private const string Mac = "52:54:00:00:02:01";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Described_machines_get_their_addresses_in_a_flood_of_random_ones_and_nothing_is_written_of_those()
    {
        await using var rack = await TestRack.StartAsync();
        await using var attacker = await Attacker.JoinAsync(rack);
        await using var reserved = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await using var fromRange = await ClientNamespace.CreateAsync(rack.Network, "b", "52:54:00:00:02:02");
        await rack.Client.PutMachineAsync(new Machine { Name = "node-01", Macs = [Mac], Address = "10.20.0.31" });
        await rack.Client.PutMachineAsync(new Machine { Name = "node-02", Macs = ["52:54:00:00:02:02"] });

        // Far more than the range's hundred addresses are offered before the machines ask.
        using var flood = await attacker.FloodAsync(Long, File, "discovers=2000");
        await CountedAsync(rack.Client, "dhcp.", 1000);
        Assert.Equal("10.20.0.31", await reserved.UdhcpcAsync());
        Assert.StartsWith("10.20.0.1", await fromRange.UdhcpcAsync(), StringComparison.Ordinal);
        flood.Kill(entireProcessTree: true);

        var machines = await rack.Client.GetMachinesAsync();
        Assert.InRange(machines.Count, 3, 1026); // they are seen, and bounded
        Assert.Equal(2, (await rack.Client.GetLeasesAsync()).Count);
        Assert.DoesNotContain(await rack.Client.GetBootsAsync(), b => b.Machine.StartsWith("discovered-", StringComparison.Ordinal));
        await rack.StopDaemonAsync();
        await rack.StartDaemonAsync();
        Assert.Equal(2, (await rack.Client.GetMachinesAsync()).Count);
        Assert.DoesNotContain("machine.discovered", await System.IO.File.ReadAllTextAsync(rack.DaemonLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_names_another_server_leaves_the_lease()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var address = await host.UdhcpcAsync();
        var release = "import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
            + $"h=bytes([1,1,6,0,1,2,3,4,0,0,0,0])+socket.inet_aton('{address}')+bytes(12)+bytes.fromhex('{Mac.Replace(
                ':', ' ')}')+bytes(202)"
            + "+bytes([99,130,83,99,53,1,7,54,4])+socket.inet_aton('10.20.0.9')+b'\\xff'; s.sendto(h,('10.20.0.1',67))";
        Assert.Equal(0, (await host.ExecAsync("python3", "-c", release)).Exit);
        await CountedAsync(rack.Client, "dhcp.ignored", 1);
        Assert.Equal("bound", Assert.Single(await rack.Client.GetLeasesAsync()).State);
    }

    private static Task CountedAsync(RackbootClient client, string counter, long count) => Wait.UntilAsync(
        async () => (await client.GetStatusAsync()).Counters
            .Where(c => c.Key.StartsWith(counter, StringComparison.Ordinal)).Sum(c => c.Value) >= count,
        $"the daemon has counted {count} of {counter}", Long);
}
