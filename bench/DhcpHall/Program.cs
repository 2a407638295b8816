using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Rackboot.Bench;

/// <summary>A hall that is powered on, as a DHCP server sees it behind a relay: new clients at a rate, each of which takes what it is
/// offered, and none of which asks twice. Prints a line of JSON. Words are NAME=VALUE: server, own, rate (a second), seconds, run (0 to
/// 255: another run has other clients), network (10.40.0.0/16), acks (a file that each address is written to with its client as soon as
/// its ACK has come).</summary>
internal static class Program
{
    private static readonly TimeSpan Stragglers = TimeSpan.FromSeconds(1);

    public static void Main(string[] words)
    {
        var settings = words.Select(w => w.Split('=', 2)).ToDictionary(w => w[0], w => w[1]);
        var (own, rate) = (IPAddress.Parse(settings["own"]), int.Parse(settings["rate"], CultureInfo.InvariantCulture));
        var seconds = double.Parse(settings["seconds"], CultureInfo.InvariantCulture);
        var network = IPNetwork.Parse(settings.GetValueOrDefault("network", "10.40.0.0/16"));
        var run = uint.Parse(settings.GetValueOrDefault("run", "0"), CultureInfo.InvariantCulture);
        using var acks = settings.TryGetValue("acks", out var file) ? new StreamWriter(file) { AutoFlush = true } : null;
        var exchanges = new Exchanges(
            (int)(rate * seconds), run, Number(own), Number(network.BaseAddress), uint.MaxValue << (32 - network.PrefixLength))
        {
            Acknowledged = (address, number) => acks?.WriteLine($"{new IPAddress(Dhcp.Bytes(address))} {Dhcp.Mac(run, number)}"),
        };
        using var packets = new Packets(new IPEndPoint(own, 67), new IPEndPoint(IPAddress.Parse(settings["server"]), 67));
        var cpu = Environment.CpuUsage.TotalTime;
        var took = Drive(exchanges, packets, rate, (int)(rate * seconds));
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            rate,
            begun = exchanges.Begun,
            completed = exchanges.Completed,
            lostPercent = Math.Round(100.0 * (exchanges.Begun - exchanges.Completed) / exchanges.Begun, 3),
            wrong = exchanges.Wrong,
            begunPerSecond = Math.Round(exchanges.Begun / took.TotalSeconds),
            offerMs = Milliseconds(exchanges.OfferTicks),
            ackMs = Milliseconds(exchanges.AckTicks),
            generatorCpu = Math.Round((Environment.CpuUsage.TotalTime - cpu).TotalSeconds, 3),
        }));
    }

    // Clients begin when it is their time, whether those before them were answered or not.
    private static TimeSpan Drive(Exchanges exchanges, Packets packets, int rate, int count)
    {
        var start = Stopwatch.GetTimestamp();
        var (took, last) = (TimeSpan.Zero, start);
        Packets.Taker take = packet => exchanges.Take(packet, packets);
        while (exchanges.Completed < count && (exchanges.Begun < count || Stopwatch.GetElapsedTime(last) < Stragglers))
        {
            var due = (int)Math.Min(count, Stopwatch.GetElapsedTime(start).TotalSeconds * rate);
            var begun = exchanges.Begun;
            while (exchanges.Begun < due && exchanges.Begun - begun < Packets.Many)
                exchanges.Begin(packets);
            packets.Flush();
            if (exchanges.Begun < count || took == TimeSpan.Zero)
                took = Stopwatch.GetElapsedTime(start);
            var received = packets.Receive(take);
            packets.Flush();
            if (received > 0)
                last = Stopwatch.GetTimestamp();
            else if (exchanges.Begun >= due)
                packets.Wait(TimeSpan.FromMilliseconds(1)); // poll(2) knows no shorter time
        }

        return took;
    }

    // The median, the 99th percentile and the longest.
    private static double[] Milliseconds(List<long> ticks)
    {
        if (ticks.Count == 0)
            return [];
        ticks.Sort();
        var ranks = new[] { ticks.Count / 2, (int)(ticks.Count * 0.99), ticks.Count - 1 };
        return [.. ranks.Select(i => Math.Round(ticks[i] * 1000.0 / Stopwatch.Frequency, 2))];
    }

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
