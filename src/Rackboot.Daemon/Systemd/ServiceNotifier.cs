using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Daemon.Systemd;

/// <summary>Reports the service's state to systemd (sd_notify(3)) over the Unix socket in <c>NOTIFY_SOCKET</c>, if there is
/// one.</summary>
public sealed class ServiceNotifier(string? socketPath)
{
    public static ServiceNotifier FromEnvironment() => new(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>The configuration is being loaded again; <see cref="Ready"/> ends it.</summary>
    public void Reloading() =>
        Send($"RELOADING=1\nMONOTONIC_USEC={(Environment.TickCount64 * 1000).ToString(CultureInfo.InvariantCulture)}");

    public void Stopping() => Send("STOPPING=1");

    /// <summary>The service's status text in <c>systemctl status</c>.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>Sends watchdog signals at half the interval in <c>WATCHDOG_USEC</c>, while <paramref name="isAlive"/> returns
    /// true.</summary>
    public async Task RunWatchdogAsync(string? watchdogMicroseconds, Func<Task<bool>> isAlive, CancellationToken cancel)
    {
        if (socketPath is null || !long.TryParse(watchdogMicroseconds, out var microseconds) || microseconds <= 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromMicroseconds(microseconds / 2));
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
                if (await isAlive().ConfigureAwait(false))
                    Send("WATCHDOG=1");
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private void Send(string message)
    {
        if (string.IsNullOrEmpty(socketPath))
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(
                Encoding.UTF8.GetBytes(message), new UnixDomainSocketEndPoint(socketPath[0] == '@' ? '\0' + socketPath[1..] : socketPath));
        }
        catch (SocketException)
        {
            // systemd itself reports a missing signal.
        }
    }
}
