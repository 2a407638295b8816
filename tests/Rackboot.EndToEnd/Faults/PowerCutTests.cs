using System.Diagnostics;
using System.Globalization;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Faults;

/// <summary>The power fails while addresses are given: what was written and not synced is lost, in whole or in part. The daemon's own
/// writes are recorded, and replayed to a random moment as a disk may have them then (powercut.py).</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int StartedFrom = 3;
    private const string Settings = TestRack.Subnet
        + "\n  - subnet: 10.64.0.0/14\n    range: 10.64.1.0-10.67.250.255\n    lease: 12h\ndhcp: { probe: 'off' }";

    // More outside CI (bench/README.md).
    private static readonly int Cuts =
        int.Parse(Environment.GetEnvironmentVariable("RACKBOOT_POWER_CUTS") ?? "60", CultureInfo.InvariantCulture);

    [Fact]
    public async Task No_acknowledged_lease_is_lost_whatever_the_disk_had_not_synced()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is missing");
        await using var rack = await TestRack.StartAsync(Settings);
        await using var relay = await ClientNamespace.CreateAsync(rack.Network, "hall", "02:00:00:00:00:05", "10.20.0.5/24");
        await relay.IpAsync("address", "add", "10.64.0.2/32", "dev", ClientNamespace.Card);
        await rack.Network.IpAsync("route", "add", "10.64.0.0/14", "via", "10.20.0.5");
        var state = Path.GetDirectoryName(rack.DaemonLog)!;
        var (data, before, work, trace) =
            (Path.Combine(state, "data"), Path.Combine(state, "before"), Path.Combine(state, "cuts"), Path.Combine(state, "trace"));

        using (var strace = Tool.StartInBackground($"{trace}.log", "strace", "-f", "-y", "-xx", "-s", "70000", "-o", trace, "-e",
            "trace=pwrite64,ftruncate,fdatasync,sendto,sendmsg,sendmmsg", "-p", $"{rack.DaemonId}"))
        {
            await Wait.ForTextAsync($"{trace}.log", "attached");
            Copy(data, before, "rackboot.db*");
            var program = Path.Combine(AppContext.BaseDirectory, "DhcpHall.dll");
            var (exit, said, error) = await relay.ExecAsync("dotnet", program, "server=10.20.0.1", "own=10.64.0.2",
                "network=10.64.0.0/14", "rate=150", "seconds=6");
            Assert.True(exit == 0, said + error);
            await rack.StopDaemonAsync(signal: 9);
            await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var script = Path.Combine(AppContext.BaseDirectory, "Faults", "powercut.py");
        var (result, report, mistake) = await Tool.TryRunAsync("python3", script, trace, before, work, $"{Cuts}");
        Assert.True(result == 0, report + mistake);
        output.WriteLine(report.Trim());

        for (var cut = 0; cut < StartedFrom; cut++)
            await StartFromAsync(rack, Path.Combine(work, $"{cut}"), data);
    }

    // The daemon itself starts from what the cut left, and keeps its word.
    private async Task StartFromAsync(VirtualRack rack, string cut, string data)
    {
        foreach (var file in Directory.GetFiles(data, "rackboot.db*"))
            File.Delete(file);
        Copy(cut, data, "rackboot.db*");
        var began = Stopwatch.GetTimestamp();
        await rack.StartDaemonAsync();
        var took = Stopwatch.GetElapsedTime(began);
        var kept = (await rack.Client.GetLeasesAsync()).ToDictionary(l => l.Address, l => l.Mac);
        var given = File.ReadAllLines(Path.Combine(cut, "acknowledged")).Select(l => l.Split(' ')).ToList();
        Assert.Empty(given.Where(g => kept.GetValueOrDefault(g[0]) != g[1]).Select(g => $"{g[1]} lost {g[0]}"));
        output.WriteLine($"started from a cut: {given.Count} acknowledged, 0 lost, ready after {took.TotalSeconds:0.0} s");
        await rack.StopDaemonAsync(signal: 9);
    }

    private static void Copy(string from, string to, string files)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, files))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }
}
