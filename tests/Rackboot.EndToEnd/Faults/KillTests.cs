using System.Diagnostics;
using System.Globalization;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Faults;

/// <summary>The daemon is killed in the middle of giving addresses, again and again.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const string Settings = TestRack.Subnet
        + "\n  - subnet: 10.64.0.0/14\n    range: 10.64.1.0-10.67.250.255\n    lease: 12h\ndhcp: { probe: 'off' }";

    // RACKBOOT_KILLS=200 outside CI (bench/README.md).
    private static readonly int Kills =
        int.Parse(Environment.GetEnvironmentVariable("RACKBOOT_KILLS") ?? "5", CultureInfo.InvariantCulture);

    [Fact]
    public async Task No_acknowledged_lease_is_lost_and_none_given_twice()
    {
        await using var rack = await TestRack.StartAsync(Settings);
        await using var relay = await ClientNamespace.CreateAsync(rack.Network, "hall", "02:00:00:00:00:05", "10.20.0.5/24");
        await relay.IpAsync("address", "add", "10.64.0.2/32", "dev", ClientNamespace.Card);
        await rack.Network.IpAsync("route", "add", "10.64.0.0/14", "via", "10.20.0.5");
        var random = new Random(1);
        var given = new Dictionary<string, string>();
        var (longest, slowest) = (TimeSpan.Zero, 0.0);
        for (var kill = 1; kill <= Kills; kill++)
        {
            var acks = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, $"acks-{kill}");
            using (var hall = Hall(rack, relay, kill, acks))
            {
                var enough = random.Next(20, 400);
                await Wait.UntilAsync(() => Lines(acks).Length > enough, $"more than {enough} leases are acknowledged");
                await rack.StopDaemonAsync(signal: 9);
                hall.Kill(entireProcessTree: true);
                await hall.WaitForExitAsync();
            }

            foreach (var ack in Lines(acks).Select(l => l.Split(' ')))
                Assert.True(given.TryAdd(ack[0], ack[1]), $"kill {kill}: {ack[0]} was given to {given[ack[0]]} and to {ack[1]}");
            var began = Stopwatch.GetTimestamp();
            await rack.StartDaemonAsync();
            longest = Stopwatch.GetElapsedTime(began) is var took && took > longest ? took : longest;
            slowest = Math.Max(slowest, (await rack.Client.GetStatusAsync()).ReadySeconds);
            var kept = (await rack.Client.GetLeasesAsync()).ToDictionary(l => l.Address, l => l.Mac);
            Assert.Empty(given.Where(g => kept.GetValueOrDefault(g.Key) != g.Value).Select(g => $"kill {kill}: {g.Value} lost {g.Key}"));
        }

        output.WriteLine($"{Kills} kills, {given.Count} acknowledged, 0 lost, 0 given twice; serving again after "
            + $"{longest.TotalSeconds:0.0} s at most, {slowest:0.0} s of them from its start to its readiness");
    }

    // Some 400 new clients a second, for longer than the daemon lives.
    private static Process Hall(VirtualRack rack, ClientNamespace relay, int run, string acks)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "DhcpHall.dll");
        string[] words = ["server=10.20.0.1", "own=10.64.0.2", "network=10.64.0.0/14", "rate=400", "seconds=60", $"run={run}",
            $"acks={acks}"];
        return relay.Start($"{rack.DaemonLog}.hall", ["dotnet", program, .. words]);
    }

    // What is written whole.
    private static string[] Lines(string file)
    {
        if (!File.Exists(file))
            return [];
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n')[..^1];
    }
}
