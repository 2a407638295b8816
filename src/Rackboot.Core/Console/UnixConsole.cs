using System.Net.Sockets;

namespace Rackboot.Core.Console;

/// <summary>A serial port that is a Unix socket, as QEMU's <c>-serial unix:PATH,server=on,wait=off</c>.</summary>
public sealed class UnixConsole : IConsoleLine
{
    private readonly Socket _socket;
    private readonly string _path;

    private UnixConsole(Socket socket, string path) => (_socket, _path) = (socket, path);

    public static async Task<IConsoleLine> OpenAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
            return new UnixConsole(socket, path);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ConsoleException($"connecting to {path} failed ({e.Message}); is the machine running?", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => DoAsync(() => _socket.ReceiveAsync(buffer, cancel));

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await DoAsync(() => _socket.SendAsync(bytes, cancel)).ConfigureAwait(false)..];
    }

    public ValueTask SendBreakAsync(CancellationToken cancel) =>
        ValueTask.FromException(new ConsoleException("a Unix socket cannot carry a break; nothing was sent") { LineIsGood = true });

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<int> DoAsync(Func<ValueTask<int>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new ConsoleException($"{_path} was closed ({e.Message})", e);
        }
    }
}
