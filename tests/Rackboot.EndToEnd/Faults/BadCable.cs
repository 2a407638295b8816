using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Rackboot.Lab;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Faults;

/// <summary>What is between a host and the rack's bridge instead of a good cable. The kernel's own (netem) is missing in many.</summary>
internal sealed class BadCable : IAsyncDisposable
{
    private readonly string _namespace;
    private readonly string _counts;
    private readonly Process _program;

    private BadCable(string ns, string counts, Process program) => (_namespace, _counts, _program) = (ns, counts, program);

    /// <param name="host">The name that the host was made with.</param>
    /// <param name="lost">Share of all frames, as the two that follow.</param>
    public static async Task<BadCable> LayAsync(NetworkNamespace network, string host, double lost, double doubled, double held)
    {
        var (ns, near, far) = ($"{network.Name}-cable", $"v-{host}", $"c-{host}");
        await Tool.RunAsync("ip", "netns", "add", ns);
        await Tool.RunAsync("ip", "netns", "exec", ns, "sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=1");
        await network.IpAsync("link", "add", $"b-{host}", "type", "veth", "peer", "name", far, "netns", ns);
        await network.IpAsync("link", "set", $"b-{host}", "master", NetworkNamespace.Bridge, "up");
        await network.IpAsync("link", "set", near, "nomaster", "netns", ns);
        foreach (var end in new[] { near, far })
            await Tool.RunAsync("ip", "-n", ns, "link", "set", end, "arp", "off", "up");
        var counts = Path.GetTempFileName();
        string[] shares = [.. new[] { lost, doubled, held }.Select(s => s.ToString(CultureInfo.InvariantCulture))];
        var program = Path.Combine(AppContext.BaseDirectory, "Faults", "cable.py");
        return new BadCable(ns, counts, Tool.StartInBackground(
            $"{counts}.log", "ip", ["netns", "exec", ns, "python3", program, near, far, .. shares, counts]));
    }

    /// <summary>Takes it away.</summary>
    /// <returns>How many frames passed, were lost, doubled and held back.</returns>
    public async Task<Dictionary<string, int>> CutAsync()
    {
        await Tool.TryRunAsync("kill", "-TERM", $"{_program.Id}");
        await _program.WaitForExitAsync();
        var text = await File.ReadAllTextAsync(_counts);
        Assert.True(text.Length > 0, await File.ReadAllTextAsync($"{_counts}.log"));
        return JsonSerializer.Deserialize<Dictionary<string, int>>(text)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_program.HasExited)
            _program.Kill(entireProcessTree: true);
        _program.Dispose();
        await Tool.TryRunAsync("ip", "netns", "delete", _namespace);
        File.Delete(_counts);
        File.Delete($"{_counts}.log");
    }
}
