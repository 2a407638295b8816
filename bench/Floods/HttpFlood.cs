using System.Net;
using System.Security.Cryptography;

namespace Rackboot.Bench.Floods;

/// <summary>HTTP requests of a path that is another one each time, as fast as they are answered and at most so many a second.</summary>
internal sealed class HttpFlood(IPAddress server, int rate, Func<string> path) : IFlood
{
    private const int Connections = 8;

    /// <summary>The script of a machine that nobody knows.</summary>
    public static string Script() => $"/ipxe?mac=06:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)).Insert(8, ":").Insert(6, ":").Insert(4, ":").Insert(2, ":")}&uuid={Guid.NewGuid()}&platform=efi&buildarch=x86_64";

    /// <summary>A configuration for a token that is none.</summary>
    public static string Configuration() => $"/config/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    public Task RunAsync(Counts counts, CancellationToken cancel) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => AskAsync(counts, cancel), CancellationToken.None)));

    private async Task AskAsync(Counts counts, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = new Uri($"http://{server}") };
        var pause = TimeSpan.FromSeconds((double)Connections / rate);
        for (var next = TimeProvider.System.GetTimestamp(); !cancel.IsCancellationRequested; next += (long)(pause.TotalSeconds * TimeProvider.System.TimestampFrequency))
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

            if (TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), next) is { Ticks: > 0 } early)
                await Task.Delay(early, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
