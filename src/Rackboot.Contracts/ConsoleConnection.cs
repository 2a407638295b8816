using System.Net.WebSockets;
using System.Text.Json;

namespace Rackboot.Contracts;

/// <summary>A machine's console as one watcher has it. One reader and one writer at a time.</summary>
public sealed class ConsoleConnection(WebSocket socket) : IAsyncDisposable
{
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(2);

    private readonly byte[] _buffer = new byte[64 << 10];

    /// <summary>Why the daemon ended it; null while it has not.</summary>
    public string? Ended { get; private set; }

    /// <summary>Waits for the next part of the machine's output, or the next message.</summary>
    /// <returns>Null when the daemon has ended the console.</returns>
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
                Ended = $"the daemon went away ({e.Message})";
                return null;
            }

            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                Ended = socket.CloseStatusDescription is { Length: > 0 } why ? why : "the daemon ended it";
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

    /// <summary>Types.</summary>
    public Task TypeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => SendAsync(bytes, WebSocketMessageType.Binary, cancel);

    public Task AskAsync(ConsoleRequest request, CancellationToken cancel) =>
        SendAsync(JsonSerializer.SerializeToUtf8Bytes(new ConsoleCommand(request), Document.Json), WebSocketMessageType.Text, cancel);

    /// <summary>Says that nothing more is typed. The daemon ends the console for us when it has taken what was typed:
    /// <see cref="ReceiveAsync"/> tells.</summary>
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
            // The daemon has gone first.
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
            // The reader says why it is over.
        }
    }
}

/// <summary>What the machine wrote, valid until the next is received, or a message of the daemon.</summary>
public readonly record struct ConsoleFrame(ReadOnlyMemory<byte> Output, ConsoleMessage? Message);
