using System.Diagnostics;
using System.Globalization;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>A host on the boot network that floods (bench/Floods).</summary>
internal sealed class Attacker : IAsyncDisposable
{
    private const string Server = "10.20.0.1";

    private readonly string _log = Path.GetTempFileName();

    private Attacker(ClientNamespace host) => Host = host;

    public ClientNamespace Host { get; }

    public static async Task<Attacker> JoinAsync(VirtualRack rack, string name = "x", string address = "10.20.0.250/24") =>
        new(await ClientNamespace.CreateAsync(rack.Network, name, $"52:54:00:00:66:{name[0] & 0xFF:x2}", address));

    /// <summary>Starts floods, and returns when they have begun.</summary>
    /// <param name="file">The boot file that they ask for.</param>
    /// <param name="kinds"><c>discovers=1000</c> and the like.</param>
    public async Task<Process> FloodAsync(TimeSpan duration, string file, params string[] kinds)
    {
        await File.WriteAllTextAsync(_log, "");
        var program = Path.Combine(AppContext.BaseDirectory, "floods.dll");
        var seconds = duration.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        var process = Host.Start(_log, ["dotnet", program, Server, ClientNamespace.Card, seconds, file, .. kinds]);
        await Wait.UntilAsync(async () =>
        {
            var ended = process.HasExited;
            var said = await File.ReadAllTextAsync(_log);
            return said.Contains("flooding", StringComparison.Ordinal) || (ended ? throw new LabException(said) : false);
        }, "the floods have begun");
        return process;
    }

    /// <summary>Waits until a flood has printed a text.</summary>
    public Task SaysAsync(string text) => Wait.ForTextAsync(_log, text);

    /// <summary>What the floods sent and what came of it, once they have ended.</summary>
    public async Task<string> ReportAsync(Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await process.WaitForExitAsync(limit.Token);
        var report = await File.ReadAllTextAsync(_log, limit.Token);
        Assert.True(process.ExitCode == 0, report);
        return report;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        File.Delete(_log);
    }
}
