using System.Net.Sockets;
using System.Text;
using Rackboot.Daemon.Systemd;

namespace Rackboot.Daemon.Tests.Systemd;

public sealed class ServiceNotifierTests
{
    [Fact]
    public void Systemd_is_told_ready_reloading_and_stopping()
    {
        var path = Path.Combine(Path.GetTempPath(), $"notify-{Guid.NewGuid():N}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var notifier = new ServiceNotifier(path);
        notifier.Ready("serving");
        notifier.Reloading();
        notifier.Stopping();
        Assert.Equal("READY=1\nSTATUS=serving", Receive(socket));
        Assert.Matches(@"^RELOADING=1\nMONOTONIC_USEC=\d+$", Receive(socket));
        Assert.Equal("STOPPING=1", Receive(socket));
        File.Delete(path);
    }

    [Fact]
    public void Without_systemd_nothing_happens() => new ServiceNotifier(null).Ready("serving");

    [Fact]
    public void The_log_is_one_line_a_fact_with_its_priority_under_the_journal()
    {
        using var output = new StringWriter();
        using var log = new ConsoleLog(output, underJournal: true, TimeProvider.System);
        Microsoft.Extensions.Logging.LoggerExtensions.LogWarning(log.CreateLogger("x"), "two\nlines of {Machine}", "node-01");
        log.Dispose();
        Assert.Equal("<4>two lines of node-01\n", output.ToString());
    }

    private static string Receive(Socket socket)
    {
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }
}
