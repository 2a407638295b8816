using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Rackboot.Bench;

/// <summary>A hall that is powered on, as a TFTP server sees it: many clients in one process, each with its options, retransmissions and
/// losses, which compare every byte. Prints a line of JSON.</summary>
internal static class Program
{
    private static volatile bool _over;

    public static void Main(string[] words)
    {
        var plan = Plan.Read(words);
        var tallies = new Tally[plan.Threads];
        var probes = new Tally();
        var probing = plan.Probe is { } every ? StartThread(() => Probe(plan, every, probes)) : null;
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, plan.Threads).Select(n => StartThread(() => tallies[n] = Serve(plan, n))).ToList();
        threads.ForEach(t => t.Join());
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        _over = true;
        probing?.Join();
        var all = new Tally();
        foreach (var tally in tallies)
            all.Add(tally);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            completed = all.Completed,
            failed = all.Failed,
            failures = all.Failures,
            seconds = Math.Round(seconds, 3),
            mibPerSecond = Math.Round(all.Bytes / seconds / 1048576, 1),
            blocks = all.Blocks,
            repeated = all.Repeated,
            outOfOrder = all.OutOfOrder,
            strays = all.Strays,
            generatorCpu = Math.Round(used, 3),
            firstAnswerMs = all.FirstAnswers.Milliseconds(),
            transferMs = all.Transfers.Milliseconds(),
            probes = probes.Completed,
            probesFailed = probes.Failed,
            probeMs = probes.FirstAnswers.Milliseconds(),
        }));
    }

    private static Thread StartThread(Action run)
    {
        var thread = new Thread(() => run());
        thread.Start();
        return thread;
    }

    private static Tally Serve(Plan plan, int thread)
    {
        var tally = new Tally();
        var mine = Enumerable.Range(0, plan.Clients).Where(c => c % plan.Threads == thread).ToList();
        var downloads = mine.ToDictionary(c => c, c => new Download(plan, c, tally));
        var byNumber = new Download?[plan.Clients];
        foreach (var (client, download) in downloads)
            byNumber[client] = download;
        using var sockets = new ClientSockets(plan, mine, thread);
        foreach (var download in downloads.Values)
            download.Begin(Stopwatch.GetTimestamp(), sockets);
        sockets.Flush();
        var looked = Stopwatch.GetTimestamp();
        var now = looked;
        ClientSockets.Taker take = (client, packet, from) =>
        {
            if ((uint)client < (uint)byNumber.Length && byNumber[client] is { } download)
                download.Take(packet, from, now, sockets);
        };
        while (downloads.Count > 0)
        {
            sockets.Receive(100, (client, packet, from) =>
            {
                now = Stopwatch.GetTimestamp();
                take(client, packet, from);
            });
            now = Stopwatch.GetTimestamp();
            if (now - looked < Stopwatch.Frequency / 20 && tally.Completed + tally.Failed < mine.Count * plan.Each)
                continue;
            looked = now;
            foreach (var download in downloads.Values)
                download.Tick(now, sockets);
            sockets.Flush();
            foreach (var (client, download) in downloads)
                if (download.IsOver)
                    downloads.Remove(client);
        }

        return tally;
    }

    // Somebody asks for the first block now and then, from a new port each time, and gives up when it has come.
    private static void Probe(Plan plan, TimeSpan every, Tally tally)
    {
        var buffer = new byte[65536];
        byte[] request = [0, 1, .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{plan.File}\0octet\0"))];
        while (!_over)
        {
            Thread.Sleep(every);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            var begin = Stopwatch.GetTimestamp();
            socket.SendTo(request, plan.Server);
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                socket.ReceiveFrom(buffer, ref from);
                tally.FirstAnswers.Add(Stopwatch.GetTimestamp() - begin);
                tally.Succeed(0, 0);
                socket.SendTo([0, 5, 0, 0, 0], from);
            }
            catch (SocketException)
            {
                tally.Fail("no answer");
            }
        }
    }
}
