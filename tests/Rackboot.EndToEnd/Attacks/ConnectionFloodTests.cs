using System.Diagnostics;
using System.Globalization;
using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Strangers at thousands of addresses hold connections to one port of the appliance, half of them silent, half with half a
/// request. More of them outside CI (bench/README.md).</summary>
public sealed class ConnectionFloodTests(ITestOutputHelper output)
{
    private const int MostOfOneProcess = 14_500; // each has a descriptor
    private const int FewOfOneAddress = 4;
    private const int MostOfOneAddress = 1024; // boot.httpConnectionsPerSource
    private const int Spare = 100; // descriptors that come and go

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(80, 16_384, 55)] // boot HTTP
    [InlineData(4514, 4096, 10)] // kernel logs
    [InlineData(4515, 8192, 10)] // events of Talos
    [InlineData(8443, 1024, 5)] // the API
    public async Task Strangers_hold_more_connections_than_there_are_places_and_a_described_machine_boots_all_the_same(
        int port, int most, int percent)
    {
        var connections = CrowdTests.Wanted("RACKBOOT_CONNECTIONS", 20_000);
        await using var rack = await CrowdTests.StartAsync("  https: { listen: '10.20.0.1:8443' }\n");
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", CrowdTests.Mac);
        await CrowdTests.BootAsync(host, 1);
        var places = Math.Min(most, (int)(ProcessUse.MostDescriptors(rack.DaemonId) * percent / 100));
        var (before, processor) = (ProcessUse.Descriptors(rack.DaemonId), ProcessUse.CpuSeconds(rack.DaemonId));
        await using (var crowd = new Crowd())
        {
            var began = Stopwatch.GetTimestamp();
            await crowd.GatherAsync(rack, port, connections, FewOfOneAddress);
            var filled = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var longest = await CrowdTests.BootAsync(host);
            Assert.Equal(401, (await host.CurlAsync($"https://10.20.0.1:8443{ApiPaths.Machines}", "-k")).Status);
            await HeardAsync(rack, host);
            var held = ProcessUse.Descriptors(rack.DaemonId);
            var (own, threads) = (ProcessUse.OwnMegabytes(rack.DaemonId), ProcessUse.Threads(rack.DaemonId));
            var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
            processor = ProcessUse.CpuSeconds(rack.DaemonId) - processor;
            var kernel = (await rack.Network.ExecAsync("grep", "^TCP:", "/proc/net/sockstat")).Output.Trim();
            var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0];
            output.WriteLine($"port {port}: {connections:N0} connections opened in {filled:0} s, {places:N0} places, {held:N0} "
                + $"descriptors ({before} before); {CrowdTests.Boots} boots of {CrowdTests.Boots} meanwhile, {longest:0.0} s at most; "
                + $"{own:0} MB of its own, {threads} threads, {processor / took:0.00} cores over {took:0} s; the kernel: {kernel} "
                + $"(pages); load {load}");
            // The kernel drops what comes while its queue is full, and the silent ones never notice.
            Assert.InRange(held, before + places / 8, before + places + 2 * 256 + Spare);
            Assert.InRange(own, 1, CrowdTests.MostMegabytes);
            crowd.Leave();
            await Wait.UntilAsync(() => ProcessUse.Descriptors(rack.DaemonId) <= before + Spare,
                "the daemon has closed what the crowd left");
        }

        await CrowdTests.BootAsync(host, 1);
    }

    [Fact]
    public async Task One_stranger_at_one_address_holds_as_many_as_an_address_may_have_and_keeps_no_machine_from_booting()
    {
        await using var rack = await CrowdTests.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", CrowdTests.Mac);
        await CrowdTests.BootAsync(host, 1);
        var before = ProcessUse.Descriptors(rack.DaemonId);
        await using var crowd = new Crowd();
        await crowd.GatherAsync(rack, 80, MostOfOneProcess, MostOfOneProcess);
        var longest = await CrowdTests.BootAsync(host);
        var held = ProcessUse.Descriptors(rack.DaemonId);
        output.WriteLine($"{MostOfOneProcess:N0} connections of one address, {held - before:N0} descriptors more than before; "
            + $"{CrowdTests.Boots} boots of {CrowdTests.Boots} meanwhile, {longest:0.0} s at most");
        Assert.InRange(held - before, MostOfOneAddress / 8, MostOfOneAddress + 256 + Spare);
    }

    // The kernel log of the machine that has just booted arrives.
    private static async Task HeardAsync(VirtualRack rack, ClientNamespace host)
    {
        const string Line = """{"msg":"[talos] config applied","talos-level":"info","talos-time":"2026-01-01T00:00:00Z"}""";
        const string Send = "import socket, sys; s = socket.create_connection(('10.20.0.1', 4514), 30); "
            + "s.sendall(sys.argv[1].encode() + b'\\n'); s.shutdown(1); s.recv(1)";
        var (exit, _, error) = await host.ExecAsync("python3", "-c", Send, Line);
        Assert.True(exit == 0, error);
        await Wait.UntilAsync(async () => await rack.Client.GetBootsAsync("node-01") is [{ Outcome: BootOutcome.Succeeded }, ..],
            "the machine's log was heard");
    }

    /// <summary>Hosts on the boot network, each a router to thousands of addresses of its own.</summary>
    private sealed class Crowd : IAsyncDisposable
    {
        private readonly List<Attacker> _attackers = [];
        private readonly List<Process> _floods = [];

        public async Task GatherAsync(VirtualRack rack, int port, int connections, int ofOneAddress)
        {
            for (var left = connections; left > 0; left -= MostOfOneProcess)
            {
                var (number, of) = (_attackers.Count, Math.Min(left, MostOfOneProcess));
                var attacker = await Attacker.JoinAsync(rack, $"{(char)('p' + number)}", $"10.20.0.{240 + number}/24");
                _attackers.Add(attacker);
                var addresses = string.Create(CultureInfo.InvariantCulture, $"10.21.{16 * number}.0");
                await attacker.Host.IpAsync("route", "add", "local", $"{addresses}/20", "dev", "lo");
                await rack.Network.IpAsync("route", "add", $"{addresses}/20", "via", $"10.20.0.{240 + number}");
                _floods.Add(await attacker.FloodAsync(
                    Long, CrowdTests.Kernel, $"crowd={port}:{of}:{addresses}:{of / ofOneAddress}"));
            }

            foreach (var attacker in _attackers)
                await attacker.SaysAsync("all were opened");
        }

        public void Leave() => _floods.ForEach(f => f.Kill(entireProcessTree: true));

        public async ValueTask DisposeAsync()
        {
            foreach (var attacker in _attackers)
                await attacker.DisposeAsync();
            _floods.ForEach(f => f.Dispose());
        }
    }
}
