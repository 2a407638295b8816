using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Talos;

/// <summary>Receives the kernel logs of booted machines over TCP. Line length, idle time and the number of connections are bounded; lines
/// that are not messages are skipped. A connection over the limit replaces the oldest one of the same source, or of the source with the
/// most: a machine that loses power does not close its connection, and must be heard when it boots again.</summary>
/// <param name="endpoint">Where to listen.</param>
/// <param name="onMessage">Receives each message and its sender, on the connection's own thread.</param>
/// <param name="onDropped">Receives each dropped line or connection and a low-cardinality reason.</param>
/// <param name="device">The interface to listen on; null for all that receive packets for the address, which on Linux is every
/// one.</param>
public sealed class KernelLogReceiver(
    IPEndPoint endpoint, Action<IPAddress, KernelLogMessage> onMessage, Action<IPAddress, string> onDropped, string? device = null)
{
    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    private const int MostConnections = 4096;
    private const int MostConnectionsPerSource = 8;
    private const int MostLineBytes = 64 * 1024;
    private static readonly TimeSpan MostIdle = TimeSpan.FromHours(2);

    private readonly TaskCompletionSource<IPEndPoint> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<Socket>> _bySource = []; // oldest first
    private int _connections;

    /// <summary>Completes with the address it listens on.</summary>
    public Task<IPEndPoint> Ready => _ready.Task;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (device is not null)
                listener.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            listener.Bind(endpoint);
            listener.Listen(512);
            _ready.SetResult((IPEndPoint)listener.LocalEndPoint!);
        }
        catch (SocketException e)
        {
            _ready.SetException(e);
            throw;
        }

        while (!cancel.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException)
            {
                // The client closed the connection before it was accepted, or file descriptors ran out briefly.
                await Task.Delay(10, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            _ = ServeAsync(socket, cancel);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken cancel)
    {
        using var owned = socket;
        var source = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        if (Enter(source, socket) is { } oldest)
        {
            onDropped(source, "too many connections");
            End(oldest);
        }

        try
        {
            await ReadLinesAsync(socket, source, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The machine was reset or is gone: its log ends here.
        }
        finally
        {
            lock (_lock)
                Leave(source, socket);
        }
    }

    // Takes a slot, and returns the connection that must close for it.
    private Socket? Enter(IPAddress source, Socket socket)
    {
        lock (_lock)
        {
            Socket? oldest = null;
            var crowd = _bySource.TryGetValue(source, out var own) && own.Count >= MostConnectionsPerSource ? source
                : _connections >= MostConnections ? _bySource.MaxBy(s => s.Value.Count).Key
                : null;
            if (crowd is not null)
                Leave(crowd, oldest = _bySource[crowd][0]);
            if (!_bySource.TryGetValue(source, out own))
                _bySource.Add(source, own = []);
            own.Add(socket);
            _connections++;
            return oldest;
        }
    }

    private void Leave(IPAddress source, Socket socket)
    {
        if (!_bySource.TryGetValue(source, out var own) || !own.Remove(socket))
            return;
        _connections--;
        if (own.Count == 0)
            _bySource.Remove(source);
    }

    private static void End(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both); // its reader sees the end of the stream
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    private async Task ReadLinesAsync(Socket socket, IPAddress source, CancellationToken cancel)
    {
        var reader = PipeReader.Create(new NetworkStream(socket), new StreamPipeReaderOptions(bufferSize: 4096));
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        while (true)
        {
            idle.CancelAfter(MostIdle);
            var result = await reader.ReadAsync(idle.Token).ConfigureAwait(false);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                Take(source, buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            var tooLong = buffer.Length > MostLineBytes;
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (tooLong)
                onDropped(source, "line too long");
            if (result.IsCompleted || tooLong)
                return;
        }
    }

    private void Take(IPAddress source, ReadOnlySequence<byte> line)
    {
        if (line.Length > MostLineBytes)
            onDropped(source, "line too long");
        else if (KernelLogMessage.TryParse(line.IsSingleSegment ? line.FirstSpan : line.ToArray(), out var message, out var error))
            onMessage(source, message!);
        else
            onDropped(source, error!);
    }
}
