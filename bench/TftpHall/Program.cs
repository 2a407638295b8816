using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Rackboot.Lab.Storm.Tftp;

namespace Rackboot.Bench;

/// <summary>A hall that is powered on, as a TFTP server sees it: many clients in one process, each with its options, retransmissions and
/// losses, which compare every byte. Prints a line of JSON.</summary>
internal static class Program
{
    private static volatile bool _over;

    public static void Main(string[] words)
    {
        var plan = Plan.Read(words);
        var tallies = new TftpTally[plan.Threads];
        var probes = new TftpTally();
        var probing = plan.Probe is { } every ? StartThread(() => Probe(plan, every, probes)) : null;
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, plan.Threads).Select(n => StartThread(() => tallies[n] = Serve(plan, n))).ToList();
        threads.ForEach(t => t.Join());
        var seconds = clock.Elapsed.TotalSeconds;
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        _over = true;
        probing?.Join();
        var all = new TftpTally();
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

    private static TftpTally Serve(Plan plan, int thread)
    {
        var tally = new TftpTally();
        var mine = Enumerable.Range(0, plan.Clients).Where(c => c % plan.Threads == thread).ToList();
        var downloads = new TftpDownload?[plan.Clients];
        var done = new int[plan.Clients];
        var left = mine.Count;
        var luck = new Random(thread);
        Func<int, bool>? loses = plan.LossPercent > 0 ? _ => luck.NextDouble() * 100 < plan.LossPercent : null;
        using var sockets = plan.FirstAddress is { } first
            ? new ClientSockets(plan.Server, first, loses)
            : new ClientSockets(plan.Server, plan.Shared, mine, loses);
        void Begin(int client)
        {
            var download = downloads[client] = new TftpDownload(plan.Order, client, tally, _ => End(client));
            download.Begin(Stopwatch.GetTimestamp(), sockets);
        }

        void End(int client)
        {
            if (++done[client] < plan.Each)
                Begin(client);
            else
                (downloads[client], left) = (null, left - 1);
        }

        mine.ForEach(Begin);
        sockets.Flush();
        var looked = Stopwatch.GetTimestamp();
        ClientSockets.Taker take = (client, packet, from) =>
        {
            if ((uint)client < (uint)downloads.Length)
                downloads[client]?.Take(packet, from, Stopwatch.GetTimestamp(), sockets);
        };
        while (left > 0)
        {
            sockets.Receive(100, take);
            var now = Stopwatch.GetTimestamp();
            if (now - looked < Stopwatch.Frequency / 20)
                continue;
            looked = now;
            foreach (var client in mine)
                downloads[client]?.Tick(now, sockets);
            sockets.Flush();
        }

        return tally;
    }

    // Somebody asks for the first block now and then, from a new port each time, and gives up when it has come.
    private static void Probe(Plan plan, TimeSpan every, TftpTally tally)
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
