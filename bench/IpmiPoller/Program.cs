using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Rackboot.Ipmi;

namespace Rackboot.Bench;

/// <summary>
/// Asks BMCs for their power state, as bench/ipmi tells it on standard input, one line of JSON for each:
/// <c>fresh N</c> logs in to the first N, asks and logs out; <c>open N</c> asks over sessions that stay open;
/// <c>poll N INTERVAL SECONDS fresh|open</c> asks each every INTERVAL, spread over it; <c>close</c> ends the sessions; <c>live</c> tells
/// the memory in use. </summary>
internal static class Program
{
    private static readonly IpmiRequest ChassisStatus = new(IpmiNetFunction.Chassis, 0x01, default);
    private static readonly IpmiSocket Socket = new();
    private static readonly Dictionary<IPEndPoint, IpmiConnection> Connections = [];
    private static readonly Dictionary<IPEndPoint, KnownBmc> Known = [];
    private static IpmiCredential _credential = null!;

    public static async Task Main(string[] args)
    {
        var bmcs = File.ReadAllLines(args[0]).Select(IPEndPoint.Parse).ToList();
        IpmiCredential.TryCreate("admin", "secret"u8, default, out var credential, out _);
        _credential = credential!;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var some = words.Length > 1 ? bmcs[..int.Parse(words[1], CultureInfo.InvariantCulture)] : [];
            object result = words[0] switch
            {
                "fresh" => await AskAsync(some, FreshAsync),
                "open" => await AskAsync(some, OpenAsync),
                "poll" => await PollAsync(some, Seconds(words[2]), Seconds(words[3]), words[4] == "fresh" ? FreshAsync : OpenAsync),
                "live" => Live(),
                _ => await CloseAsync(),
            };
            Console.WriteLine(JsonSerializer.Serialize(result));
        }
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static async Task<object> AskAsync(List<IPEndPoint> bmcs, Func<IPEndPoint, Task<bool>> ask)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        var answered = new List<double>();
        var failed = new List<object>();
        await Task.WhenAll(bmcs.Select(async bmc =>
        {
            try
            {
                await ask(bmc);
                lock (answered)
                    answered.Add(clock.Elapsed.TotalSeconds);
            }
            catch (IpmiException e)
            {
                lock (failed)
                    failed.Add(new { bmc = bmc.ToString(), why = e.Message, after = clock.Elapsed.TotalSeconds });
            }
        }));
        return new {
            wall = clock.Elapsed.TotalSeconds, cpu = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, answered = answered.Count,
            last = answered.DefaultIfEmpty().Max(), failed, allocatedKb = (GC.GetTotalAllocatedBytes() - allocated) / 1024 };
    }

    private static async Task<bool> FreshAsync(IPEndPoint bmc)
    {
        KnownBmc known;
        lock (Known)
            known = Known.TryGetValue(bmc, out var had) ? had : Known[bmc] = new KnownBmc();
        await using var session =
            await IpmiSession.OpenAsync(Socket, bmc, _credential, IpmiSessionOptions.Default, known, CancellationToken.None);
        return IsOn(await session.SendAsync(ChassisStatus, CancellationToken.None));
    }

    private static async Task<bool> OpenAsync(IPEndPoint bmc)
    {
        IpmiConnection connection;
        lock (Connections)
            connection = Connections.TryGetValue(bmc, out var had)
                ? had
                : Connections[bmc] = new IpmiConnection(Socket, bmc, _credential, IpmiSessionOptions.Default);
        return IsOn(await connection.SendAsync(ChassisStatus, CancellationToken.None));
    }

    private static bool IsOn(IpmiResponse response) => response.Succeeded && (response.Data.Span[0] & 1) != 0;

    // Four times a second those whose turn it is: a timer for each BMC would wake more threads than there are answers.
    private static async Task<object> PollAsync(
        List<IPEndPoint> bmcs, TimeSpan interval, TimeSpan duration, Func<IPEndPoint, Task<bool>> ask)
    {
        var (asked, answered) = (0, 0);
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var under = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.25));
        while (clock.Elapsed < duration && await timer.WaitForNextTickAsync())
            for (var due = (int)(Math.Min(clock.Elapsed.TotalSeconds, duration.TotalSeconds) / interval.TotalSeconds * bmcs.Count); asked
                < due; asked++)
                under.Add(CountedAsync(bmcs[asked % bmcs.Count]));
        await Task.WhenAll(under);
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        return new { asked, answered, seconds = clock.Elapsed.TotalSeconds, cpuPercent = 100 * used / clock.Elapsed.TotalSeconds,
            dropped = Socket.Dropped };

        async Task CountedAsync(IPEndPoint bmc)
        {
            await ask(bmc);
            Interlocked.Increment(ref answered);
        }
    }

    private static object Live()
    {
        var live = GC.GetTotalMemory(forceFullCollection: true);
        return new { liveMb = live / 1048576.0 };
    }

    private static async Task<object> CloseAsync()
    {
        await Task.WhenAll(Connections.Values.Select(c => c.DisposeAsync().AsTask()));
        Connections.Clear();
        return new { };
    }
}
