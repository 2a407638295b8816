using System.Net.WebSockets;
using System.Text.Json;

namespace Rackboot.Contracts;

/// <summary>One watcher's connection to a machine's console. One reader and one writer at a time.</summary>
public sealed class ConsoleConnection(WebSocket socket) : IAsyncDisposable
{
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(2);

    private readonly byte[] _buffer = new byte[64 << 10];

    /// <summary>Why the daemon closed it; null while it is open.</summary>
    public string? Ended { get; private set; }

    /// <summary>Waits for the next part of the machine's output, or the next message.</summary>
    /// <returns>Null when the daemon has closed the console.</returns>
    public async Task<ConsoleFrame?> ReceiveAsync(CancellationToken cancel)
    {
        var length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel).ConfigureAwait(false);
            }
            catch (WebSocketException e)
            {
                Ended = $"the daemon stopped answering ({e.Message})";
                return null;
            }

            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                Ended = socket.CloseStatusDescription is { Length: > 0 } why ? why : "the daemon closed it";
                return null;
            }

            if (part.MessageType == WebSocketMessageType.Binary)
                return new ConsoleFrame(_buffer.AsMemory(0, length), null);
            if (part.EndOfMessage)
                return new ConsoleFrame(
                    default, JsonSerializer.Deserialize<ConsoleMessage>(_buffer.AsSpan(0, length), RackbootClient.Reading));
            if (length == _buffer.Length)
                throw new InvalidDataException("the daemon sent a message that is too long");
        }
    }

    /// <summary>Sends input.</summary>
    public Task TypeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => SendAsync(bytes, WebSocketMessageType.Binary, cancel);

    public Task AskAsync(ConsoleRequest request, CancellationToken cancel) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ConsoleCommand(request), Document.Json), WebSocketMessageType.Text, cancel);

    /// <summary>Announces the end of input. The daemon closes the console when it has taken all input; <see cref="ReceiveAsync"/> reports
    /// it.</summary>
    public async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(ToClose);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The daemon closed it first.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync().ConfigureAwait(false);
        socket.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken cancel)
    {
        try
        {
            await socket.SendAsync(bytes, type, endOfMessage: true, cancel).ConfigureAwait(false);
        }
        catch (WebSocketException)
        {
            // The reader reports why it is closed.
        }
    }
}

/// <summary>The machine's output, valid until the next receive, or a message from the daemon.</summary>
public readonly record struct ConsoleFrame(ReadOnlyMemory<byte> Output, ConsoleMessage? Message);
