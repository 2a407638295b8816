using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>What a host writes into the kernel log, the events and thereby the log fills neither memory nor disk, hides nothing, and stops
/// nothing.</summary>
public sealed class LogFloodTests
{
    private const int Rounds = 12;
    private const long MostGrowth = 120 * 1024 * 1024;

    [Fact]
    public async Task A_flood_of_kernel_log_lines_of_60_KB_over_many_boots_fills_neither_memory_nor_disk()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "flood", "52:54:00:00:02:02");
        await host.UdhcpcAsync();
        var lines = Path.GetTempFileName();
        await File.WriteAllLinesAsync(lines, Enumerable.Range(0, 600).Select(i => $$"""{"msg":"{{i}} {{new string('x',
            60_000)}}","talos-level":"error","facility":"kern"}"""), TestContext.Current.CancellationToken);
        var before = Memory(rack);
        for (var i = 0; i < Rounds; i++)
        {
            // Each DISCOVER of firmware is a boot of its own.
            await host.ExecAsync("busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-q", "-n", "-t", "3", "-T", "1", "-s",
                "/bin/true", "-V", "PXEClient:Arch:00007:UNDI:003016", "-x", "0x5d:0007");
            await host.CurlAsync("http://10.20.0.1/ipxe?mac=52:54:00:00:02:02");
            await host.ExecAsync("sh", "-c", $"timeout 20 busybox nc -w 5 10.20.0.1 4514 < {lines}");
        }

        File.Delete(lines);
        TestContext.Current.TestOutputHelper!.WriteLine($"resident before {before >> 20} MB, after {Memory(rack) >> 20} MB; store "
            + $"{Size(rack) >> 10} KB");
        Assert.InRange(Memory(rack) - before, long.MinValue, MostGrowth);
        Assert.InRange(Size(rack), 0, 30 * 1024 * 1024);
        Assert.InRange(new FileInfo(rack.DaemonLog).Length, 1, 10 * 1024 * 1024);
        var counters = (await rack.Client.GetStatusAsync()).Counters;
        Assert.True(counters["logs.dropped (more lines in a minute than are kept)"] > 600);
    }

    [Fact]
    public async Task Ten_thousand_refused_configurations_push_no_event_out_that_matters_and_are_counted()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "flood", "52:54:00:00:02:02", "10.20.0.9/24");
        await rack.Client.PutCredentialAsync(VirtualRack.BmcCredential);
        await host.ExecAsync("curl", "-s", "-o", "/dev/null", "http://10.20.0.1/config/x[1-10100]");
        await rack.Client.PutCredentialAsync(VirtualRack.BmcCredential with { Username = "another" });
        var (changed, refused) = (0, 0);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var e in rack.Client.WatchAsync(0, limit.Token))
        {
            refused += e.Kind == "config.refused" ? 1 : 0;
            if (e.Kind == "credential.changed" && ++changed == 2)
                break;
        }

        Assert.InRange(refused, 1, 50);
        Assert.True((await rack.Client.GetStatusAsync()).Counters["http.configurations refused"] >= 10_100);
    }

    [Fact]
    public async Task A_reader_of_the_log_that_stalls_stops_neither_DHCP_nor_HTTP()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "flood", "52:54:00:00:02:02", "10.20.0.9/24");
        await rack.StopDaemonAsync();
        File.Delete(rack.DaemonLog);
        await Tool.RunAsync("mkfifo", rack.DaemonLog);
        // Holds the pipe open and never reads.
        using var stalled = Tool.StartInBackground("/dev/null", "sh", "-c", $"exec 3<'{rack.DaemonLog}'; exec sleep 600");
        try
        {
            await rack.StartDaemonAsync();
            // A pipe takes 64 KiB; each stranger is a line or more.
            await host.ExecAsync("curl", "-s", "-o", "/dev/null", "http://10.20.0.1/ipxe?mac=5254008[10000-13000]");
            Assert.Equal(200, (await host.CurlAsync("http://10.20.0.1/ipxe?mac=525400000202")).Status);
            Assert.StartsWith("10.20.0.", await host.UdhcpcAsync(), StringComparison.Ordinal);
            Assert.True((await rack.Client.GetStatusAsync()).Counters["http.scripts"] > 3000);
            await rack.StopDaemonAsync();
        }
        finally
        {
            stalled.Kill(entireProcessTree: true);
        }
    }

    private static string Daemon(VirtualRack rack)
    {
        var pids = Tool.TryRunAsync("ip", "netns", "pids", rack.Network.Name).GetAwaiter().GetResult().Output;
        return pids.Split('\n', StringSplitOptions.RemoveEmptyEntries).Single(pid =>
            File.ReadAllText($"/proc/{pid}/comm").StartsWith("rackbootd", StringComparison.Ordinal));
    }

    private static long Memory(VirtualRack rack) =>
        long.Parse(File.ReadLines($"/proc/{Daemon(rack)}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ',
            StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;

    private static long Size(VirtualRack rack) =>
        new DirectoryInfo(Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "data")).EnumerateFiles("rackboot.db*").Sum(f => f.Length);
}
