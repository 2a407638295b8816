using System.Net.WebSockets;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core.Console;

namespace Rackboot.Daemon.Consoles;

/// <summary>One watcher's WebSocket.</summary>
internal static class ConsoleSocket
{
    private const int LongestCommand = 4096;

    // RFC 6455 §5.5: the reason of a close frame has at most 123 bytes.
    private const int LongestReason = 123;

    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(3);

    /// <summary>Relays bytes and messages in both directions until either side ends it.</summary>
    public static async Task RunAsync(WebSocket socket, ConsoleWatcher watcher, CancellationToken aborted)
    {
        var sending = SendAsync(socket, watcher, aborted);
        var receiving = ReceiveAsync(socket, watcher, aborted);
        await Task.WhenAny(sending, receiving);
        watcher.Dispose(); // which ends the sending
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(ToEnd);
        try
        {
            await sending.WaitAsync(limit.Token);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(await Mistake(receiving, sending), Shorten(await sending), limit.Token);
            await receiving.WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or JsonException)
        {
            socket.Abort();
        }
    }

    private static async Task<WebSocketCloseStatus> Mistake(Task receiving, Task<string?> sending) =>
        receiving.IsFaulted ? WebSocketCloseStatus.InvalidPayloadData : await sending is null
            ? WebSocketCloseStatus.NormalClosure
            : WebSocketCloseStatus.EndpointUnavailable;

    // The close reason is why the console ended.
    private static async Task<string?> SendAsync(WebSocket socket, ConsoleWatcher watcher, CancellationToken aborted)
    {
        string? why = null;
        await foreach (var update in watcher.ReadAllAsync(aborted))
        {
            if (update is ConsoleUpdate.Connection { State: Core.Console.ConsoleState.Closed, Text: var text })
                why = text;
            if (update is ConsoleUpdate.Output output)
                await socket.SendAsync(output.Bytes, WebSocketMessageType.Binary, endOfMessage: true, aborted);
            else
                await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(Write(update), Document.Json), WebSocketMessageType.Text,
                    endOfMessage: true, aborted);
        }

        return why;
    }

    private static async Task ReceiveAsync(WebSocket socket, ConsoleWatcher watcher, CancellationToken aborted)
    {
        var buffer = new byte[LongestCommand];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), aborted);
            if (part.MessageType == WebSocketMessageType.Close)
                return;
            if (part.MessageType == WebSocketMessageType.Binary)
            {
                if (part.Count > 0)
                    await watcher.WriteAsync(buffer.AsMemory(0, part.Count), aborted);
                continue;
            }

            if (!part.EndOfMessage)
                throw new JsonException("commands must be short");
            if (JsonSerializer.Deserialize<ConsoleCommand>(buffer.AsSpan(0, part.Count), Document.Json)?.Do == ConsoleRequest.Break)
                await watcher.SendBreakAsync(aborted);
            else
                watcher.TakeOver();
        }
    }

    private static ConsoleMessage Write(ConsoleUpdate update) => update switch
    {
        ConsoleUpdate.Connection c =>
            new ConsoleMessage { Kind = ConsoleMessageKind.State, State = (Contracts.ConsoleState)c.State, Text = c.Text },
        ConsoleUpdate.Writer w => new ConsoleMessage { Kind = ConsoleMessageKind.Writer, Writer = w.Name, You = w.You, Taken = w.Taken },
        ConsoleUpdate.Lost l => new ConsoleMessage { Kind = ConsoleMessageKind.Lost, Bytes = l.Bytes },
        ConsoleUpdate.Notice n => new ConsoleMessage { Kind = ConsoleMessageKind.Notice, Text = n.Text },
        _ => throw new InvalidOperationException($"{update.GetType().Name} is not a message"),
    };

    private static string? Shorten(string? reason)
    {
        while (reason is not null && System.Text.Encoding.UTF8.GetByteCount(reason) > LongestReason)
            reason = reason[..^1];
        return reason;
    }
}
