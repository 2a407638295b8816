using System.Diagnostics;
using System.Globalization;
using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Very many clients at once, and machines that are served all the same. The numbers are larger outside CI
/// (bench/README.md).</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    internal const string Mac = "52:54:00:00:02:01";
    internal const string Kernel = "talos/v1.0.0/amd64/kernel";
    private const int KernelBytes = 3_000_000;
    internal const double MostMegabytes = 300;
    internal const int Boots = 10;
    private const int AskedEachSecond = 20_000;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(15);

    internal static int Wanted(string name, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(name) ?? $"{otherwise}", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Slow_clients_are_served_in_bounded_memory_and_a_machine_that_boots_meanwhile_too()
    {
        var clients = Wanted("RACKBOOT_SLOW_CLIENTS", 2_000);
        await using var rack = await StartAsync();
        await using var attacker = await JoinAsync(rack, clients);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        using var flood = await attacker.FloodAsync(Long, Kernel, $"sippers={clients}");
        await Wait.UntilAsync(() => Connections(rack) >= clients, "all are connected");
        var longest = await BootAsync(host);
        var (own, held) = (ProcessUse.OwnMegabytes(rack.DaemonId), Connections(rack));
        flood.Kill(entireProcessTree: true);
        output.WriteLine($"{clients:N0} slow clients, {held:N0} connected at the end; {Boots} boots of {Boots} meanwhile, {longest:0.0} "
            + $"s at most; "
            + $"{own:0} MB of memory of its own");
        Assert.InRange(own, 1, MostMegabytes);
    }

    [Fact]
    public async Task Random_hardware_addresses_ask_as_fast_as_they_can_and_a_described_machine_boots_all_the_same()
    {
        var addresses = Wanted("RACKBOOT_RANDOM_ADDRESSES", 100_000);
        await using var rack = await StartAsync();
        await using var attacker = await Attacker.JoinAsync(rack);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        // Ports that only reach the appliance, as switches have them: this client's socket takes every broadcast, and would lose its
        // answers by itself.
        foreach (var port in (string[])["v-x", "v-a"])
            await rack.Network.IpAsync("link", "set", port, "type", "bridge_slave", "isolated", "on");
        var (before, processor) = (ProcessUse.OwnMegabytes(rack.DaemonId), ProcessUse.CpuSeconds(rack.DaemonId));
        var duration = TimeSpan.FromSeconds((double)addresses / AskedEachSecond);
        using var flood = await attacker.FloodAsync(duration, Kernel, $"discovers={AskedEachSecond}");
        var (boots, longest) = (0, 0.0);
        for (; boots == 0 || !flood.HasExited; boots++)
            longest = Math.Max(longest, await BootAsync(host, 1));
        var report = await attacker.ReportAsync(flood);
        var own = ProcessUse.OwnMegabytes(rack.DaemonId);
        processor = ProcessUse.CpuSeconds(rack.DaemonId) - processor;
        var counters = (await rack.Client.GetStatusAsync()).Counters.Where(c => c.Key.StartsWith("dhcp.", StringComparison.Ordinal));
        output.WriteLine($"{report.Split('\n')[1]}; {boots} boots of {boots} meanwhile, {longest:0.0} s at most; {before:0} MB of memory "
            + $"of its own before, {own:0} MB after, {processor:0.0} s of the processor; "
            + string.Join(", ", counters.Select(c => $"{c.Key} {c.Value}")));
        Assert.InRange(own, 1, MostMegabytes);
        // Read page by page: what still waited in line when the flood ended comes and goes meanwhile.
        await Wait.UntilAsync(async () => (await rack.Client.GetMachinesAsync()).Count is >= 1 and <= 1025, "no more than 1,024 are held");
        Assert.Single(await rack.Client.GetLeasesAsync());
    }

    /// <summary>A rack with a described machine, whose card has <see cref="Mac"/>, and the files that it boots.</summary>
    internal static async Task<VirtualRack> StartAsync(string management = "")
    {
        var rack = await TestRack.StartAsync(management + TestRack.Subnet + "\ndhcp: { probe: off }");
        await rack.Client.PutAssetAsync(Kernel, new MemoryStream(new byte[KernelBytes]));
        await rack.Client.PutAssetAsync("talos/v1.0.0/amd64/initramfs", new MemoryStream([4, 5, 6]));
        await rack.Client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.0.0" } });
        await rack.Client.PutMachineAsync(new Machine { Name = "node-01", Macs = [Mac], Profile = "default", Address = "10.20.0.31" });
        return rack;
    }

    // An address for each 800 of them: one alone may have 1,024.
    private static async Task<Attacker> JoinAsync(VirtualRack rack, int clients)
    {
        var attacker = await Attacker.JoinAsync(rack);
        for (var i = 1; i <= Math.Min(clients / 800, 40); i++)
            await attacker.Host.IpAsync("address", "add", $"10.20.0.{200 + i}/24", "dev", ClientNamespace.Card);
        return attacker;
    }

    /// <summary>Boots as often as that, and returns how long the slowest boot took: what firmware, iPXE and Talos ask for one after the
    /// other.</summary>
    internal static async Task<double> BootAsync(ClientNamespace host, int times = Boots)
    {
        var longest = 0.0;
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal("10.20.0.31", await host.UdhcpcAsync());
            var (status, script) = await host.CurlAsync($"http://10.20.0.1/ipxe?mac={Mac}");
            Assert.Equal(200, status);
            Assert.Contains(Kernel, script, StringComparison.Ordinal);
            Assert.Equal(200, (await host.CurlAsync($"http://10.20.0.1/assets/{Kernel}", "-o", "/dev/null")).Status);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return longest;
    }

    // Each has a descriptor; the daemon's others are some two hundred.
    private static int Connections(VirtualRack rack) => ProcessUse.Descriptors(rack.DaemonId);
}
