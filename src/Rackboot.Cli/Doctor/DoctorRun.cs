using System.Text.Json;
using Rackboot.Cli.Host;
using Rackboot.Contracts;

namespace Rackboot.Cli.Doctor;

/// <summary>Everything that rackboot doctor looks at: this host by the daemon's program, and the daemon that runs.</summary>
internal static class DoctorRun
{
    public static async Task<DoctorReport> LookAsync(RackbootClient client, string configuration, CancellationToken cancel)
    {
        var daemon = DaemonCheck.LookAsync(client, cancel);
        var host = await DaemonProgram.RunAsync(cancel, "--doctor", "--config", configuration);
        var report = host.Exit == 0 ? JsonSerializer.Deserialize<DoctorReport>(host.Output, RackbootClient.Reading) : null;
        return new DoctorReport([
            .. await daemon,
            .. report?.Checks ?? [new DoctorCheck("host", DoctorLevel.Error,
                $"{DaemonProgram.Path} cannot look at this host: {host.Error.Trim()}",
                "are rackboot and rackbootd of the same version?")],
        ]);
    }

    /// <summary>What scripts go by.</summary>
    public static int Exit(DoctorReport report) => report.Checks.Select(c => c.Level).DefaultIfEmpty().Max() switch
    {
        DoctorLevel.Error => ExitCode.Failed,
        DoctorLevel.Warning => ExitCode.Partly,
        _ => ExitCode.Ok,
    };
}
