using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>The network transport of the boot plane's web server: its own event loops, one a core.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "the web server makes it")]
internal sealed class EventTransport(ILoggerFactory logs, ConnectionPlaces places) : IConnectionListenerFactory, IDisposable
{
    private const int MostLoops = 8;

    // What the kernel accepts meanwhile (at most net.core.somaxconn): what finds no room there asks again after a second, a machine too.
    private const int Backlog = 4096;

    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    // linux/tcp.h. The longest wait for a lost packet's acknowledgement is Linux's since 6.15.
    private const int TcpThinLinearTimeouts = 16;
    private const int TcpLongestWait = 44; // TCP_RTO_MAX_MS
    private const int LongestWait = 2_000;

    private readonly EventLoop[] _loops =
        [.. Enumerable.Range(1, Math.Clamp(Environment.ProcessorCount, 2, MostLoops))
            .Select(n => new EventLoop($"boot http {n}", logs.CreateLogger<EventLoop>()))];

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not BootEndPoint everywhere)
            return Listen(endpoint);
        var listener = new BootListener(everywhere, Listen);
        try
        {
            await listener.StartAsync(cancellationToken).ConfigureAwait(false);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var loop in _loops)
            loop.Dispose();
    }

    private EventListener Listen(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint is DeviceEndPoint { Device: var device })
                socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            AskAgainSoon(socket);
            socket.Bind(endpoint);
            socket.Listen(Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(e.Message, e) : e;
        }

        return new EventListener(socket, (endpoint as DeviceEndPoint)?.Device, _loops, places);
    }

    // Over a cable that loses a fifth of all packets, waits that double (to two minutes) are what a boot is made of. It costs a rack
    // nothing to be asked again after two seconds. Every connection that the socket accepts inherits both.
    private static void AskAgainSoon(Socket listening)
    {
        listening.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpThinLinearTimeouts, BitConverter.GetBytes(1));
        try
        {
            listening.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpLongestWait, BitConverter.GetBytes(LongestWait));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ProtocolOption)
        {
            // An older Linux.
        }
    }
}
