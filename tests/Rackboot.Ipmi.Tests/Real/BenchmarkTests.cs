namespace Rackboot.Ipmi.Tests.Real;

/// <summary>The benchmark still runs against its peers. What it measures here means nothing: it is run in its short form.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public async Task The_benchmark_of_power_states_runs_to_its_ratios()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ipmi_sim") && File.Exists("/usr/sbin/ipmipower") && File.Exists("/usr/bin/ipmitool"),
            "ipmi_sim, ipmipower or ipmitool is not installed");
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Appliance.sln")))
            root = root.Parent!;
        var (code, text) = await Peers.RunAsync("timeout", "240", Path.Combine(root.FullName, "bench/ipmi"), "all", "--short");
        Assert.True(code == 0, text);
        foreach (var word in new[] { "ipmipower / ours, sessions kept", "one of 10 frozen", "cost MB" })
            Assert.Contains(word, text, StringComparison.Ordinal);
    }
}
