using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Bench.Floods;

/// <summary>Kernel logs that no kernel wrote: lines of 60 KB over four connections.</summary>
internal sealed class LogFlood(IPAddress server, int rate) : IFlood
{
    private const int Connections = 4;
    private const int LineBytes = 60_000;

    public Task RunAsync(Counts counts, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SendAsync(counts, cancel)));

    private async Task SendAsync(Counts counts, CancellationToken cancel)
    {
        var text = $$"""{"msg":"{{new string('x', LineBytes)}}","talos-level":"error","talos-time":"2026-01-01T00:00:00Z"}""";
        var line = Encoding.ASCII.GetBytes(text + "\n");
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(server, 4514, cancel).ConfigureAwait(false);
                while (true)
                {
                    await client.GetStream().WriteAsync(line, cancel).ConfigureAwait(false);
                    counts.Add("lines");
                    await Task.Delay(TimeSpan.FromSeconds((double)Connections / rate), cancel).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                counts.Add("connections ended by the server");
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
