using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Talos;

/// <summary>Receives the kernel logs of booted machines over UDP, for <c>talos.logging.kernel=udp://host:port</c>: a message a datagram
/// (siderolabs/talos internal/app/machined/pkg/runtime/logging/sender_jsonlines.go). Skips anything that is not a message. Datagrams lost
/// on the network stay lost.</summary>
/// <param name="endpoint">Where to listen.</param>
/// <param name="onMessage">Receives each message and its sender, on the receiving thread; must not throw.</param>
/// <param name="onDropped">Receives each dropped datagram and a low-cardinality reason.</param>
/// <param name="device">The interface to listen on; null for all.</param>
public sealed class KernelLogDatagrams(
    IPEndPoint endpoint, Action<IPAddress, KernelLogMessage> onMessage, Action<IPAddress, string> onDropped, string? device = null)
{
    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    private const int MostDatagramBytes = 65_535;
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    private readonly TaskCompletionSource<IPEndPoint> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the address it listens on.</summary>
    public Task<IPEndPoint> Ready => _ready.Task;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (device is not null)
                socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            socket.ReceiveBufferSize = ReceiveBufferBytes;
            socket.Bind(endpoint);
            _ready.SetResult((IPEndPoint)socket.LocalEndPoint!);
        }
        catch (SocketException e)
        {
            _ready.SetException(e);
            throw;
        }

        var buffer = new byte[MostDatagramBytes];
        var sender = new SocketAddress(endpoint.AddressFamily);
        while (!cancel.IsCancellationRequested)
            try
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, cancel).ConfigureAwait(false);
                Take(((IPEndPoint)endpoint.Create(sender)).Address, buffer.AsSpan(0, length));
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException)
            {
                // An ICMP error for an earlier datagram, or a brief shortage of memory.
                await Task.Delay(10, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    // A message may end with a newline or not; several lines in a datagram are several messages.
    private void Take(IPAddress source, ReadOnlySpan<byte> datagram)
    {
        foreach (var range in datagram.Split((byte)'\n'))
        {
            var line = datagram[range];
            if (line.IsEmpty)
                continue;
            if (KernelLogMessage.TryParse(line, out var message, out var error))
                onMessage(source, message!);
            else
                onDropped(source, error!);
        }
    }
}
