using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Talos;

/// <summary>Receives the kernel logs of booted machines over UDP, for <c>talos.logging.kernel=udp://host:port</c>: a message a datagram
/// (siderolabs/talos internal/app/machined/pkg/runtime/logging/sender_jsonlines.go). What is not a message is skipped; what the machine's
/// network loses is lost.</summary>
/// <param name="endpoint">Where to listen.</param>
/// <param name="onMessages">Receives a sender and the messages that arrived together; the list is reused after it returns.</param>
/// <param name="onDropped">Receives each dropped datagram and a low-cardinality reason.</param>
/// <param name="device">The interface to listen on; null for all.</param>
public sealed class KernelLogDatagrams(
    IPEndPoint endpoint,
    Action<IPAddress, IReadOnlyList<KernelLogMessage>> onMessages,
    Action<IPAddress, string> onDropped,
    string? device = null)
{
    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    private const int MostDatagramBytes = 65_535;
    private const int ReceiveBufferBytes = 4 * 1024 * 1024;

    private readonly List<KernelLogMessage> _messages = [];
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
                // An ICMP error of an earlier datagram, or no memory for a moment.
                await Task.Delay(10, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    // Talos ends the message with a line end or not; several lines in a datagram are several messages.
    private void Take(IPAddress source, ReadOnlySpan<byte> datagram)
    {
        _messages.Clear();
        foreach (var range in datagram.Split((byte)'\n'))
        {
            var line = datagram[range];
            if (line.IsEmpty)
                continue;
            if (KernelLogMessage.TryParse(line, out var message, out var error))
                _messages.Add(message);
            else
                onDropped(source, error!);
        }

        if (_messages.Count > 0)
            onMessages(source, _messages);
    }
}
