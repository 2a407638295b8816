using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rackboot.Bench.TalosRack;

/// <summary>What booting Talos nodes send: their kernel log over TCP, ten lines ten times a second, and events over clear-text HTTP/2, one
/// call at a time.</summary>
internal static class Sender
{
    private const int LinesAtOnce = 10;
    private const int BatchesPerSecond = 10;
    private const int EventsPerSecond = 5;

    private static long _lines, _events, _refused;

    public static async Task<string> RunAsync(IPAddress server, int count, int seconds)
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, count)
            .SelectMany(i => (Task[])[LogAsync(server, i, seconds), EventsAsync(server, i, seconds)]))
            .ConfigureAwait(false);
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["nodes"] = count,
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1),
            ["lines"] = _lines,
            ["events"] = _events,
            ["events refused"] = _refused,
        });
    }

    private static async Task LogAsync(IPAddress server, int number, int seconds)
    {
        using var socket = await ConnectAsync(server, 4514, number, default).ConfigureAwait(false);
        for (var batch = 0; batch < seconds * BatchesPerSecond; batch++)
        {
            var text = new StringBuilder();
            for (var line = 0; line < LinesAtOnce; line++)
                text.Append("{\"clock\":").Append(batch * 100_000 + line)
                    .Append(",\"facility\":\"user\",\"msg\":\"[talos] phase startEverything (")
                    .Append(batch).Append('/').Append(line)
                        .Append("): 4 tasks(s), service \\\"kubelet\\\" is waiting\",\"priority\":\"warning\",")
                    .Append("\"seq\":").Append(batch * LinesAtOnce + line)
                    .Append(",\"talos-level\":\"warn\",\"talos-time\":\"2026-01-02T03:04:05.678901Z\"}\n");
            var bytes = Encoding.ASCII.GetBytes(text.ToString());
            for (var sent = 0; sent < bytes.Length;)
                sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None).ConfigureAwait(false);
            Interlocked.Add(ref _lines, LinesAtOnce);
            await Task.Delay(1000 / BatchesPerSecond).ConfigureAwait(false);
        }
    }

    private static async Task EventsAsync(IPAddress server, int number, int seconds)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancel) =>
                new NetworkStream(await ConnectAsync(server, 4515, number, cancel).ConfigureAwait(false), true),
        };
        using var http = new HttpMessageInvoker(handler);
        for (var i = 0; i < seconds * EventsPerSecond; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server}:4515/events.EventSinkService/Publish")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(Event(number, i)),
            };
            request.Content.Headers.ContentType = new("application/grpc");
            request.Headers.TE.Add(new("trailers"));
            using var response = await http.SendAsync(request, default).ConfigureAwait(false);
            await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            var status = response.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values.First() : "none";
            Interlocked.Increment(ref status == "0" ? ref _events : ref _refused);
            await Task.Delay(1000 / EventsPerSecond).ConfigureAwait(false);
        }
    }

    // EventRequest{Any data=1, string id=2} of a PhaseEvent{phase=1, action=2} (siderolabs/siderolink api/events/events.proto), framed.
    private static byte[] Event(int node, int number)
    {
        byte[] phase = [.. Field(1, Encoding.ASCII.GetBytes($"startEverything{number}")), 0x10, (byte)(number & 1)];
        byte[] any = [.. Field(1, "type.googleapis.com/machine.PhaseEvent"u8.ToArray()), .. Field(2, phase)];
        byte[] message = [.. Field(1, any), .. Field(2, Encoding.ASCII.GetBytes($"c{node:x8}{number:x8}"))];
        return [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];
    }

    private static byte[] Field(int number, byte[] content) => [(byte)(number << 3 | 2), (byte)content.Length, .. content];

    private static async ValueTask<Socket> ConnectAsync(IPAddress server, int port, int number, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(Program.Address(number), 0));
        await socket.ConnectAsync(server, port, cancel).ConfigureAwait(false);
        return socket;
    }
}
