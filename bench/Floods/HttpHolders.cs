using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Bench.Floods;

/// <summary>HTTP connections that are held and never used: a third says nothing, a third sends its request a byte a second (slowloris), a
/// third asks for a file and takes some bytes of it a second; or all do that. One that the server ends is opened again.</summary>
/// <param name="card">All IPv4 addresses of this interface are used in turns.</param>
internal sealed class HttpHolders(IPAddress server, string card, string file, int connections, bool allSip) : IFlood
{
    private readonly IPAddress[] _own = [.. NetworkInterface.GetAllNetworkInterfaces().Single(n => n.Name == card).GetIPProperties()
        .UnicastAddresses.Select(a => a.Address).Where(a => a.AddressFamily == AddressFamily.InterNetwork)];

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public Task RunAsync(Counts counts, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, connections).Select(n => HoldAsync(n, counts, cancel)));

    private async Task HoldAsync(int number, Counts counts, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient(new IPEndPoint(_own[number % _own.Length], 0)) { ReceiveBufferSize = 4096 };
                await client.ConnectAsync(server, 80, cancel).ConfigureAwait(false);
                counts.Add("connections");
                Task holding = (allSip ? 2 : number % 3) switch
                {
                    0 => SilentAsync(client, cancel), 1 => DripAsync(client, cancel), _ => SipAsync(client, cancel),
                };
                await holding.ConfigureAwait(false);
                counts.Add("connections ended by the server");
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                counts.Add("connections ended by the server");
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Second, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SilentAsync(TcpClient client, CancellationToken cancel) =>
        await client.GetStream().ReadAsync(new byte[1], cancel).ConfigureAwait(false);

    private static async Task DripAsync(TcpClient client, CancellationToken cancel)
    {
        foreach (var letter in Encoding.ASCII.GetBytes($"GET /boot.ipxe HTTP/1.1\r\nX-Slow: {new string('x', 4000)}"))
        {
            await client.GetStream().WriteAsync(new[] { letter }, cancel).ConfigureAwait(false);
            await Task.Delay(Second, cancel).ConfigureAwait(false);
        }
    }

    private async Task SipAsync(TcpClient client, CancellationToken cancel)
    {
        var request = Encoding.ASCII.GetBytes($"GET /assets/{file} HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.GetStream().WriteAsync(request, cancel).ConfigureAwait(false);
        for (var sip = new byte[300]; await client.GetStream().ReadAsync(sip, cancel).ConfigureAwait(false) > 0;)
            await Task.Delay(Second, cancel).ConfigureAwait(false);
    }
}
