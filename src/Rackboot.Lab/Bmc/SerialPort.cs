using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.Bmc;

/// <summary>A machine's serial port, which outlives the machine's power. The machine plugs into one Unix socket; what it says goes to
/// everybody who is connected to the other, <c>console</c>, and to the BMC, which reads a TCP port for Serial-over-LAN; what they type goes
/// to the machine.</summary>
public sealed class SerialPort : IAsyncDisposable
{
    // A watcher that is so many reads behind is cut off: the machine must not wait for it.
    private const int MostBehind = 1024;

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Channel<byte[]>> _watchers = [];
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _serving = [];
    private Socket? _machine;

    /// <param name="directory">Where its sockets are: <c>serial</c> for the machine, <c>console</c> for people.</param>
    /// <param name="network">Where <paramref name="bmcSide"/> is.</param>
    public SerialPort(string directory, NetworkNamespace network, IPEndPoint bmcSide)
    {
        Serve(Listen(Path.Combine(directory, "serial")), ReadMachineAsync);
        Serve(Listen(Path.Combine(directory, "console")), ServeWatcherAsync);
        Serve(InNamespace.Listen(network.Name, bmcSide), ServeWatcherAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_serving);
        _end.Dispose();
    }

    private static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        return listener;
    }

    private void Serve(Socket listener, Func<Socket, Task> serve)
    {
        _listeners.Add(listener);
        _serving.Add(Task.Run(async () =>
        {
            var open = new List<Task>();
            try
            {
                while (true)
                {
                    var peer = await listener.AcceptAsync(_end.Token);
                    open.RemoveAll(t => t.IsCompleted);
                    open.Add(ServeAsync(peer, serve));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                await Task.WhenAll(open);
            }
        }));
    }

    private static async Task ServeAsync(Socket peer, Func<Socket, Task> serve)
    {
        using (peer)
            try
            {
                await serve(peer);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // It hung up, or the rack ends.
            }
    }

    private async Task ReadMachineAsync(Socket machine)
    {
        lock (_lock)
            _machine = machine;
        var buffer = new byte[4096];
        while (await machine.ReceiveAsync(buffer, _end.Token) is > 0 and var count)
        {
            var said = buffer[..count];
            lock (_lock)
                foreach (var watcher in _watchers)
                    if (!watcher.Writer.TryWrite(said))
                        watcher.Writer.TryComplete();
        }
    }

    private async Task ServeWatcherAsync(Socket peer)
    {
        var watcher = Channel.CreateBounded<byte[]>(MostBehind);
        lock (_lock)
            _watchers.Add(watcher);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        try
        {
            var typing = TypeAsync(peer, gone);
            try
            {
                await foreach (var said in watcher.Reader.ReadAllAsync(gone.Token))
                    for (var rest = said.AsMemory(); rest.Length > 0;)
                        rest = rest[await peer.SendAsync(rest, gone.Token)..];
            }
            finally
            {
                await gone.CancelAsync();
                await typing;
            }
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(watcher);
        }
    }

    // What is typed at a machine that is off is lost, as on any serial line.
    private async Task TypeAsync(Socket peer, CancellationTokenSource gone)
    {
        var buffer = new byte[1024];
        try
        {
            while (await peer.ReceiveAsync(buffer, gone.Token) is > 0 and var count)
                await TypeAsync(buffer.AsMemory(0, count), gone.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It hung up.
        }

        await gone.CancelAsync();
    }

    private async Task TypeAsync(ReadOnlyMemory<byte> typed, CancellationToken cancel)
    {
        Socket? machine;
        lock (_lock)
            machine = _machine;
        try
        {
            while (typed.Length > 0 && machine is not null)
                typed = typed[await machine.SendAsync(typed, cancel)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is off.
        }
    }
}
