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
}
