using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>
/// A BMC on pyghmi's server classes (Debian python3-pyghmi), <c>pyghmi_bmc.py</c> beside this file: suites 17 and 3, users as
/// <see cref="IpmiSimulator"/>'s, raw boot option bytes, DCMI power, and it misbehaves when told so.
/// </summary>
internal sealed class PyghmiBmc : IAsyncDisposable
{
    private readonly Process _process;

    private PyghmiBmc(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    public IPEndPoint EndPoint { get; }

    /// <param name="mode">See the script's head.</param>
    /// <param name="key">Its BMC key (Kg), 20 bytes as hex; none is one-key logins.</param>
    public static async Task<PyghmiBmc> StartAsync(string mode = "normal", string? key = null, IPAddress? address = null)
    {
        Assert.SkipUnless(
            Directory.Exists("/usr/lib/python3/dist-packages/pyghmi"), "pyghmi is not installed (Debian package python3-pyghmi)");
        var endPoint = Peers.FreeEndPoint(address);
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "Real", "pyghmi_bmc.py"), endPoint.Address.ToString(),
            endPoint.Port.ToString(), .. key is null ? [] : new[] { key }];
        var bmc = new PyghmiBmc(Peers.Start("/usr/bin/python3", arguments, readsOutput: true), endPoint);
        try
        {
            await Peers.AnswersAsync(bmc._process, endPoint);
            await bmc.TellAsync("mode " + mode);
        }
        catch
        {
            await bmc.DisposeAsync();
            throw;
        }

        return bmc;
    }

    /// <summary>Gives it a line of the script's head and returns what has happened so far.</summary>
    public async Task<PyghmiStatus> TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = await _process.StandardOutput.ReadLineAsync(patience.Token);
        return JsonSerializer.Deserialize<PyghmiStatus>(answer ?? throw new InvalidOperationException(
            "the pyghmi BMC ended: " + await _process.StandardError.ReadToEndAsync(patience.Token)), JsonSerializerOptions.Web)!;
    }

    public Task<PyghmiStatus> StatusAsync() => TellAsync("status");

    public async ValueTask DisposeAsync() => await Peers.EndAsync(_process);
}
