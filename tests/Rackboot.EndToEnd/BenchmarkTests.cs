using System.Diagnostics;

namespace Rackboot.EndToEnd;

/// <summary>The benchmarks still run against every peer. What they measure here means nothing: they are run in their short form.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public async Task Every_benchmark_runs_to_its_ratio() =>
        await RunAsync(["bench/run", "all"], ["ratio ours/kea", "speed ours/peer", "ratio ours/nginx", "resident MB"]);

    [Fact]
    public async Task A_hall_of_tftp_clients_is_served_in_every_mode() =>
        await RunAsync(["bench/tftp-hall", "all"], ["ratio to best", """
            "mode": "single port", "addresses": "one for all", "clients": 100, "window": 16, "completed": 100,
            """]);

    [Fact]
    public async Task A_rack_of_talos_nodes_sends_and_is_looked_at() =>
        await RunAsync(["bench/talos"], ["\"lines lost\": 0", "\"events refused\": 0", "\"processor seconds a round\""]);

    [Fact]
    public async Task A_rack_that_is_to_run_talos_asks_for_its_scripts() =>
        await RunAsync(["bench/talos", "--scripts"], ["\"target, scripts/s\""]);

    private static async Task RunAsync(string[] command, string[] words)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Appliance.sln")))
            root = root.Parent!;
        using var run = Process.Start(new ProcessStartInfo(
            "timeout", ["240", Path.Combine(root.FullName, command[0]), .. command[1..], "--short"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = run.StandardError.ReadToEndAsync();
        var output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, output + await errors);
        foreach (var word in words)
            Assert.Contains(word, output, StringComparison.Ordinal);
    }
}
