using Rackboot.Cli.Host;
using Rackboot.Contracts;

namespace Rackboot.Cli.Setup;

/// <summary>The daemon as systemd runs it.</summary>
internal static class Service
{
    private const string Unit = "rackbootd.service";

    /// <summary>Whether systemd runs this host (sd_booted(3)).</summary>
    public static bool HasSystemd => Directory.Exists("/run/systemd/system");

    /// <summary>Enables the service and starts it with its configuration of now; waits until it answers.</summary>
    /// <returns>What went wrong; null if it serves.</returns>
    public static async Task<string?> StartAsync(RackbootClient client, TimeSpan patience, CancellationToken cancel)
    {
        foreach (var verb in (string[])["enable", "restart"])
            if (await HostProgram.RunAsync("systemctl", cancel, verb, Unit) is { Exit: not 0 } failed)
                return $"systemctl {verb} {Unit} failed: {failed.Error.Trim().Split('\n')[0]}\n{await LogAsync(cancel)}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        while (true)
            try
            {
                await client.GetStatusAsync(limit.Token);
                return null;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(200, cancel);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return $"{Unit} started, but does not answer after {patience.TotalSeconds:0} s\n{await LogAsync(cancel)}";
            }
    }

    // What the daemon said last, and how to read more of it.
    private static async Task<string> LogAsync(CancellationToken cancel)
    {
        var log = await HostProgram.RunAsync("journalctl", cancel, "--unit", Unit, "--lines", "5", "--output", "cat", "--no-pager");
        return string.Concat(log.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line}\n"))
            + "More of its log: journalctl -u rackbootd -n 20";
    }
}
