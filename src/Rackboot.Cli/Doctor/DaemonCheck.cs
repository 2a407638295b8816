using System.Net.Sockets;
using Rackboot.Contracts;

namespace Rackboot.Cli.Doctor;

/// <summary>The daemon that runs, as it says of itself.</summary>
internal static class DaemonCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<DoctorCheck>> LookAsync(RackbootClient client, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var status = await client.GetStatusAsync(limit.Token);
            var problems = status.Problems.Select(p => new DoctorCheck("daemon", DoctorLevel.Error, p)).ToList();
            return problems.Count > 0 ? problems
                : [new DoctorCheck("daemon", DoctorLevel.Ok, $"rackbootd {status.Version} serves, since {status.Started:yyyy-MM-dd HH:mm} "
                    + "UTC")];
        }
        catch (HttpRequestException e)
        {
            return [e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
                ? new DoctorCheck("daemon", DoctorLevel.Warning, "not looked at: permission denied", "run rackboot doctor as root")
                : new DoctorCheck("daemon", DoctorLevel.Error, "rackbootd does not answer",
                    "systemctl start rackbootd; why it does not run: journalctl -u rackbootd -n 20")];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [new DoctorCheck("daemon", DoctorLevel.Error, $"rackbootd does not answer within {Patience.TotalSeconds:0} s",
                "journalctl -u rackbootd -n 50; then: systemctl restart rackbootd")];
        }
    }
}
