using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rackboot.Lab.Network;
using Rackboot.Lab.Storm.Boot;

namespace Rackboot.Lab.Storm;

/// <summary>What the machines' kernels and initramfs take from a server that does nothing but <c>sendfile</c>: the same bytes, cable,
/// client code and comparison, in the place of rackbootd.</summary>
internal static class LineSpeed
{
    private const int Port = 8099;
    private const int MostClients = 200;

    // More bytes than that tell nothing new.
    private const long MostBytes = 4L << 30;

    /// <returns>For all machines; scaled where fewer were measured.</returns>
    public static async Task<TimeSpan> MeasureAsync(StormRack rack, int machines, CancellationToken cancel)
    {
        var server = new IPEndPoint(rack.Gear.Server, Port);
        var files = rack.ImagePaths.ToDictionary(p => "/" + Path.GetFileName(p), File.ReadAllBytes);
        var times = (int)Math.Clamp(MostBytes / files.Values.Sum(f => (long)f.Length), 1, machines);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var listener = InNamespace.Listen(rack.Rack.Network.Name, server);
        var serving = ServeAsync(listener, rack.ImagePaths, over.Token);
        var began = Stopwatch.GetTimestamp();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(times, MostClients)).Select(client => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= times)
                foreach (var (path, content) in files)
                    await HttpFetch.FileAsync(rack.Gear.Sockets, StormRack.Spare(client), new Uri($"http://{server}{path}"), content,
                        long.MaxValue, cancel);
        }, cancel)));
        var took = Stopwatch.GetElapsedTime(began);
        await over.CancelAsync();
        await serving;
        return took * machines / times;
    }

    private static async Task ServeAsync(Socket listener, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        try
        {
            while (true)
                _ = AnswerAsync(await listener.AcceptAsync(cancel), paths);
        }
        catch (OperationCanceledException)
        {
            // It is measured.
        }
    }

    private static async Task AnswerAsync(Socket socket, IReadOnlyList<string> paths)
    {
        using (socket)
            try
            {
                var request = new byte[4096];
                var length = await socket.ReceiveAsync(request);
                var name = Encoding.ASCII.GetString(request, 0, length).Split(' ')[1];
                var path = paths.First(p => "/" + Path.GetFileName(p) == name);
                var size = new FileInfo(path).Length.ToString(CultureInfo.InvariantCulture);
                await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n"));
                await socket.SendFileAsync(path);
            }
            catch (SocketException)
            {
                // The client ended.
            }
    }
}
