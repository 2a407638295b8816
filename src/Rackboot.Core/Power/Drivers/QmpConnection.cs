using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Core.Power.Drivers;

/// <summary>One conversation with a QEMU process over its QMP socket (QEMU docs/interop/qmp-spec): greeting, capabilities, commands. QEMU
/// talks to one client at a time, so it is kept short.</summary>
internal sealed class QmpConnection : IAsyncDisposable
{
    private const int MostLineBytes = 1024 * 1024;

    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[8192];
    private readonly string _path;
    private int _start;
    private int _end;
    private long _commands;

    private QmpConnection(NetworkStream stream, string path) => (_stream, _path) = (stream, path);

    public static async Task<QmpConnection> OpenAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new PowerException(PowerFailure.NoAnswer,
                $"no QEMU answers at {path}: {e.Message}; is it running with -qmp unix:{path},server=on,wait=off?", e);
        }

        var qmp = new QmpConnection(new NetworkStream(socket, ownsSocket: true), path);
        try
        {
            if ((await qmp.ReadAsync(cancel).ConfigureAwait(false))["QMP"] is null)
                throw qmp.Bad("it sends no QMP greeting");
            await qmp.ExecuteAsync("qmp_capabilities", null, cancel).ConfigureAwait(false);
            return qmp;
        }
        catch
        {
            await qmp.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a command.</summary>
    /// <returns>What it returned.</returns>
    public async Task<JsonNode> ExecuteAsync(string command, JsonObject? arguments, CancellationToken cancel) =>
        await ExecuteAsync(command, arguments, null, cancel).ConfigureAwait(false);

    /// <summary>Runs a command and waits until QEMU tells of its effect.</summary>
    public Task ExecuteUntilAsync(string command, string happened, CancellationToken cancel) =>
        ExecuteAsync(command, null, happened, cancel);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<JsonNode> ExecuteAsync(string command, JsonObject? arguments, string? happened, CancellationToken cancel)
    {
        var id = ++_commands;
        var message = new JsonObject { ["execute"] = command, ["id"] = id };
        if (arguments is not null)
            message["arguments"] = arguments;
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n"), cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new PowerException(PowerFailure.NoAnswer, $"QEMU at {_path} closed the connection", e);
        }

        // Events come in between, and may come before the answer.
        JsonNode? result = null;
        var seen = happened is null;
        while (result is null || !seen)
        {
            var answer = await ReadAsync(cancel).ConfigureAwait(false);
            seen |= happened is not null && answer["event"] is JsonValue e && e.TryGetValue<string>(out var name) && name == happened;
            if (answer["id"] is not JsonValue value || !value.TryGetValue<long>(out var answered) || answered != id)
                continue;
            result = answer["return"] ?? throw new PowerException(
                PowerFailure.Refused, $"QEMU at {_path} refuses {command}: {answer["error"]?["desc"]}");
        }

        return result;
    }

    private async Task<JsonObject> ReadAsync(CancellationToken cancel)
    {
        using var line = new MemoryStream();
        while (true)
        {
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            line.Write(_buffer, _start, found < 0 ? _end - _start : found);
            _start = found < 0 ? _end : _start + found + 1;
            if (line.Length > MostLineBytes)
                throw Bad($"a message has more than {MostLineBytes:N0} bytes");
            if (found >= 0)
                return Parse(line.GetBuffer().AsSpan(0, (int)line.Length));
            try
            {
                (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancel).ConfigureAwait(false));
            }
            catch (IOException e)
            {
                throw new PowerException(PowerFailure.NoAnswer, $"QEMU at {_path} closed the connection", e);
            }

            if (_end == 0)
                throw new PowerException(
                    PowerFailure.NoAnswer, $"QEMU at {_path} closed the connection; does another client use its QMP socket?");
        }
    }

    private JsonObject Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? throw Bad("a message is not an object");
        }
        catch (JsonException)
        {
            throw Bad("a message is not JSON");
        }
    }

    private PowerException Bad(string what) => new(PowerFailure.BadAnswer, $"the server at {_path} does not speak QMP: {what}");
}
