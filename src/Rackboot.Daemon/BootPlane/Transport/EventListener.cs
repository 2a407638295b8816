using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Distributes new connections to the event loops in turn.</summary>
internal sealed class EventListener(Socket socket, string? device, EventLoop[] loops, ConnectionPlaces places) : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(5);

    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    private readonly ConnectionDevice? _device = device is null ? null : new(device);
    private int _next;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                while (places.IsCrowded)
                    await Task.Delay(ShortPause, cancellationToken).ConfigureAwait(false);
                accepted = await socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (places.TurnsAway(((IPEndPoint)accepted.RemoteEndPoint!).Address))
                {
                    accepted.LingerState = Reset;
                    accepted.Dispose();
                    continue;
                }

                _next = (_next + 1) % loops.Length;
                return new EventConnection(accepted, loops[_next], places, _device);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                accepted?.Dispose();
                return null; // accepts no more
            }
            catch (Win32Exception) when (accepted is not null)
            {
                // the client left before this (also a SocketException), or the kernel watches no more sockets
                accepted.Dispose();
            }
            catch (SocketException)
            {
                // Most likely too many open files: closed connections will free some.
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
