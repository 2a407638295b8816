using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rackboot.Bench.TalosRack;

/// <summary>Machines that ask for their iPXE scripts, each from its own address, in turn and again and again. Each script must carry a
/// token for the machine's configuration, and none that another script carried.</summary>
internal static class Asker
{
    private const int AtOnce = 256;

    public static async Task<string> RunAsync(IPAddress server, int machines, int seconds)
    {
        var clients = new Client[machines];
        for (var i = 0; i < machines; i++)
            clients[i] = await Client.ConnectAsync(server, i).ConfigureAwait(false);
        var waits = new ConcurrentBag<List<double>>();
        var tokens = new ConcurrentDictionary<string, bool>();
        var refused = 0;
        var atOnce = Math.Min(AtOnce, machines);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async first =>
        {
            var own = new List<double>();
            for (var number = first; clock.Elapsed.TotalSeconds < seconds; number = number + atOnce < machines ? number + atOnce : first)
            {
                var begin = clock.Elapsed;
                if (await clients[number].AskAsync().ConfigureAwait(false) is not { } token || !tokens.TryAdd(token, true))
                    Interlocked.Increment(ref refused);
                own.Add((clock.Elapsed - begin).TotalMilliseconds);
            }

            waits.Add(own);
        })).ConfigureAwait(false);
        var lasted = clock.Elapsed.TotalSeconds;
        List<double> all = [.. waits.SelectMany(w => w).Order()];
        foreach (var client in clients)
            client.Dispose();
        return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["machines"] = machines,
            ["scripts"] = all.Count,
            ["scripts/s"] = Math.Round(all.Count / lasted),
            ["without a new token"] = refused,
            ["ms: median, p99, longest"] = new[] { all[all.Count / 2], all[all.Count * 99 / 100], all[^1] }.Select(w => Math.Round(w, 2)),
        });
    }

    private sealed class Client(Socket socket, byte[] question) : IDisposable
    {
        private readonly byte[] _answer = new byte[4096];

        public static async Task<Client> ConnectAsync(IPAddress server, int number)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(Program.Address(number), 0));
            await socket.ConnectAsync(server, 80).ConfigureAwait(false);
            return new Client(socket, Encoding.ASCII.GetBytes(
                $"GET /ipxe?mac={State.Mac(number)}&platform=efi&buildarch=x86_64 HTTP/1.1\r\nHost: {server}\r\n\r\n"));
        }

        /// <summary>The token in the script; null if there is none.</summary>
        public async Task<string?> AskAsync()
        {
            await socket.SendAsync(question.AsMemory(), SocketFlags.None).ConfigureAwait(false);
            for (var count = 0; ;)
            {
                var more = await socket.ReceiveAsync(_answer.AsMemory(count), SocketFlags.None).ConfigureAwait(false);
                count += more;
                if (more == 0 || count == _answer.Length)
                    return null;
                if (Body(_answer.AsSpan(0, count)) is { } body)
                    return Token(body);
            }
        }

        public void Dispose() => socket.Dispose();

        // The script, once all of it is there.
        private static string? Body(ReadOnlySpan<byte> answer)
        {
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return null;
            var head = Encoding.ASCII.GetString(answer[..end]);
            const string Name = "Content-Length: ";
            var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
            var length = int.Parse(head.AsSpan(at, (head + "\r\n").IndexOf("\r\n", at, StringComparison.Ordinal) - at), null);
            return answer.Length - end - 4 < length ? null : Encoding.ASCII.GetString(answer[(end + 4)..]);
        }

        private static string? Token(string script)
        {
            const string Path = "/config/";
            var at = script.IndexOf(Path, StringComparison.Ordinal);
            return at < 0 ? null : script[(at + Path.Length)..].Split('?')[0];
        }
    }
}
