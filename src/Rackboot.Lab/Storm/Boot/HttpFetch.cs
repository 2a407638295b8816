using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Lab.Storm.Hall;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>A machine's HTTP: one request a connection, from its own address, as iPXE and firmware do.</summary>
internal static class HttpFetch
{
    private const int MostHead = 16 * 1024;

    // So that what a machine whose network dies has not read is not acknowledged all the same.
    private const int DyingBuffer = 32 * 1024;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    [ThreadStatic]
    private static byte[]? _buffer;

    /// <summary>Fetches something small.</summary>
    public static async Task<string> TextAsync(HallSockets sockets, IPAddress own, Uri url, CancellationToken cancel) =>
        Encoding.UTF8.GetString(await BytesAsync(sockets, own, url, cancel));

    public static async Task<byte[]> BytesAsync(HallSockets sockets, IPAddress own, Uri url, CancellationToken cancel)
    {
        var body = new MemoryStream();
        await FetchAsync(sockets, own, url, bytes => body.Write(bytes), cancel);
        return body.ToArray();
    }

    /// <summary>Fetches a file and compares every byte.</summary>
    /// <param name="most">Stops reading after that many bytes, and leaves the connection as it is.</param>
    public static async Task FileAsync(
        HallSockets sockets, IPAddress own, Uri url, ReadOnlyMemory<byte> expected, long most, CancellationToken cancel)
    {
        var at = 0;
        await FetchAsync(sockets, own, url, bytes =>
        {
            if (at + bytes.Length > expected.Length || !expected.Span.Slice(at, bytes.Length).SequenceEqual(bytes))
                throw new BootException($"{url}: wrong bytes after {at}");
            at += bytes.Length;
        }, cancel, most);
        if (at != expected.Length)
            throw new BootException($"{url} ends after {at} of {expected.Length} bytes");
    }

    private delegate void Taker(ReadOnlySpan<byte> bytes);

    private static async Task FetchAsync(
        HallSockets sockets, IPAddress own, Uri url, Taker take, CancellationToken cancel, long most = long.MaxValue)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Silence);
        try
        {
            using var socket = await sockets.ConnectAsync(own, new IPEndPoint(IPAddress.Parse(url.Host), url.Port), limit.Token,
                most < long.MaxValue ? DyingBuffer : null);
            var request = $"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nUser-Agent: iPXE/1.21.1\r\n"
                + "Connection: close\r\n\r\n";
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), limit.Token);
            await ReadAsync(socket, url, take, limit, most, cancel);
        }
        catch (SocketException e)
        {
            throw new BootException($"{url}: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BootException($"{url}: no bytes for {Silence.TotalSeconds:0} s");
        }
    }

    // What has arrived is read into one buffer a thread: thousands of connections with a buffer each would not fit into the caches.
    private static async Task ReadAsync(
        Socket socket, Uri url, Taker take, CancellationTokenSource limit, long most, CancellationToken cancel)
    {
        var head = new StringBuilder();
        long? left = null;
        var taken = 0L;
        socket.Blocking = false;
        while (left is not 0)
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, limit.Token);
            limit.CancelAfter(Silence);
            while (left is not 0)
            {
                var buffer = _buffer ??= new byte[256 * 1024];
                var count = socket.Receive(buffer, SocketFlags.None, out var error);
                if (error is SocketError.WouldBlock)
                    break;
                if (error != SocketError.Success)
                    throw new SocketException((int)error);
                if (count == 0)
                    throw new BootException(left is null ? $"{url}: the answer broke off" : $"{url}: {left} bytes are missing");
                var body = buffer.AsSpan(0, count);
                if (left is null)
                    left = Head(head, ref body, url);
                take(body);
                left -= body.Length;
                if ((taken += body.Length) >= most)
                    await Task.Delay(Timeout.Infinite, cancel); // its network died
            }
        }
    }

    /// <summary>Adds to the head; once that is whole, the length of what follows it.</summary>
    private static long? Head(StringBuilder head, ref Span<byte> bytes, Uri url)
    {
        var before = head.Length;
        head.Append(Encoding.Latin1.GetString(bytes));
        var text = head.ToString();
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            bytes = [];
            return text.Length < MostHead ? null : throw new BootException($"{url}: the answer's head does not end");
        }

        bytes = bytes[(end + 4 - before)..];
        var lines = text[..end].Split("\r\n");
        if (lines[0].Split(' ') is not [_, "200", ..])
            throw new BootException($"{url}: {lines[0]}");
        var length = lines.FirstOrDefault(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is not null && long.TryParse(length.Split(':')[1], CultureInfo.InvariantCulture, out var number) ? number
            : throw new BootException($"{url}: the answer has no length");
    }
}
