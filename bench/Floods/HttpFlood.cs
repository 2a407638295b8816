using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Rackboot.Bench.Floods;

/// <summary>HTTP requests of a path that is another one each time, as fast as they are answered and at most so many a second.</summary>
internal sealed class HttpFlood(IPAddress server, int rate, Func<string> path) : IFlood
{
    private const int Connections = 8;

    /// <summary>The script of a machine that nobody knows.</summary>
    public static string Script()
    {
        var mac = string.Join(':', RandomNumberGenerator.GetBytes(5).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
        return $"/ipxe?mac=06:{mac}&uuid={Guid.NewGuid()}&platform=efi&buildarch=x86_64";
    }

    /// <summary>A configuration for a token that is none.</summary>
    public static string Configuration() => $"/config/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    public Task RunAsync(Counts counts, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => AskAsync(counts, cancel), CancellationToken.None)));

    private async Task AskAsync(Counts counts, CancellationToken cancel)
    {
        using var one = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(one) { BaseAddress = new Uri($"http://{server}") };
        var time = TimeProvider.System;
        var pause = time.TimestampFrequency * Connections / rate;
        for (var next = time.GetTimestamp(); !cancel.IsCancellationRequested; next += pause)
        {
            try
            {
                using var answer = await http.GetAsync(path(), cancel).ConfigureAwait(false);
                counts.Add($"answers {(int)answer.StatusCode}");
            }
            catch (HttpRequestException)
            {
                counts.Add("requests that failed");
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (time.GetElapsedTime(time.GetTimestamp(), next) is { Ticks: > 0 } early)
                await Task.Delay(early, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
