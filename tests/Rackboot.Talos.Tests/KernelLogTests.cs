using System.Net;
using System.Net.Sockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Tests.Shared;

namespace Rackboot.Talos.Tests;

public sealed class KernelLogTests
{
    private const string Line =
        """{"clock":1234,"facility":"user","msg":"[talos] config applied","priority":"warning","seq":7,"""
        + "\"talos-level\":\"warn\",\"talos-time\":\"2026-11-21T05:00:00.123456789Z\"}";

    [Fact]
    public void A_line_of_talos_is_read_with_its_level_facility_and_text()
    {
        Assert.True(KernelLogMessage.TryParse(Encoding.UTF8.GetBytes(Line), out var message, out _));
        Assert.Equal(("warn", "user", "[talos] config applied"), (message.Level, message.Facility, message.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"msg":5}""")]
    [InlineData("""{"msg":"\ud800"}""")]
    [InlineData("not json")]
    public void What_is_no_message_is_refused_with_a_reason(string line)
    {
        Assert.False(KernelLogMessage.TryParse(Encoding.UTF8.GetBytes(line), out var message, out var error));
        Assert.Equal(default, message);
        Assert.NotNull(error);
    }

    [Fact]
    public void Random_and_mutated_lines_never_throw()
    {
        var seed = Encoding.UTF8.GetBytes(Line);
        var random = new Random(20261121);
        var refused = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var line = i % 2 == 0 ? seed.ToArray() : new byte[random.Next(200)];
            if (i % 2 == 0)
                for (var n = random.Next(1, 6); n > 0; n--)
                    line[random.Next(line.Length)] = (byte)random.Next(256);
            else
                random.NextBytes(line);
            if (!KernelLogMessage.TryParse(line, out _, out var error))
            {
                Assert.NotNull(error);
                refused++;
            }
        }

        Assert.InRange(refused, 50_000, 100_000);
        Prop.ForAll<byte[]>(bytes => KernelLogMessage.TryParse(bytes ?? [], out _, out var error) == (error is null))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_machine_that_lost_its_power_again_and_again_is_heard_each_time()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<IPAddress>();
        using var stop = new CancellationTokenSource();
        var receiver = new KernelLogReceiver(new IPEndPoint(IPAddress.Loopback, 0), (source, _) => heard.Enqueue(source), (_, _) => { });
        var running = receiver.RunAsync(stop.Token);
        var machines = new List<TcpClient>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var boot = 1; boot <= 20; boot++) // none of its connections is ever closed
        {
            var client = new TcpClient();
            machines.Add(client);
            await client.ConnectAsync(await receiver.Ready, limit.Token);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Line + "\n"), limit.Token);
            await Wait.UntilAsync(() => heard.Count >= boot, $"boot {boot} is heard");
        }

        // The oldest have ended for the newest.
        Assert.Equal(0, await machines[0].GetStream().ReadAsync(new byte[1], limit.Token));
        await machines[19].GetStream().WriteAsync(Encoding.UTF8.GetBytes(Line + "\n"), limit.Token);
        await Wait.UntilAsync(() => heard.Count >= 21, "the newest is heard again");
        machines.ForEach(m => m.Dispose());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Strangers_who_take_every_place_leave_a_machine_its_own()
    {
        var machine = IPAddress.Parse("127.0.0.99");
        var heard = new System.Collections.Concurrent.ConcurrentQueue<IPAddress>();
        var gaveWay = 0;
        using var stop = new CancellationTokenSource();
        var receiver = new KernelLogReceiver(
            new IPEndPoint(IPAddress.Loopback, 0), (source, _) => heard.Enqueue(source), (_, _) => Interlocked.Increment(ref gaveWay))
        {
            MostConnections = 16, Expects = machine.Equals,
        };
        var running = receiver.RunAsync(stop.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var log = new TcpClient(new IPEndPoint(machine, 0));
        await log.ConnectAsync(await receiver.Ready, limit.Token);
        var strangers = new List<TcpClient>();
        for (var i = 0; i < 500; i++)
        {
            strangers.Add(new TcpClient(new IPEndPoint(new IPAddress([127, 0, 1, (byte)i]), 0)));
            await strangers[^1].ConnectAsync(await receiver.Ready, limit.Token);
        }

        await Wait.UntilAsync(() => Volatile.Read(ref gaveWay) >= 485, "485 connections gave way");
        await log.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Line + "\n"), limit.Token);
        await Wait.UntilAsync(() => !heard.IsEmpty, "the machine is heard");
        Assert.Equal(machine, Assert.Single(heard));
        strangers.ForEach(s => s.Dispose());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Lines_without_an_end_take_bounded_memory_and_none_from_a_machine()
    {
        const int LineBytes = 60_000;
        var machine = IPAddress.Parse("127.0.0.99");
        var heard = new System.Collections.Concurrent.ConcurrentQueue<IPAddress>();
        var dropped = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var receiver = new KernelLogReceiver(
            new IPEndPoint(IPAddress.Loopback, 0), (source, _) => heard.Enqueue(source), (_, reason) => dropped.Enqueue(reason))
        {
            Expects = machine.Equals,
        };
        var running = receiver.RunAsync(stop.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var log = new TcpClient(new IPEndPoint(machine, 0));
        await log.ConnectAsync(await receiver.Ready, limit.Token);
        var strangers = new List<TcpClient>();
        while (dropped.IsEmpty && strangers.Count < 1000)
        {
            strangers.Add(new TcpClient(new IPEndPoint(new IPAddress([127, 0, 1, (byte)strangers.Count]), 0)));
            await strangers[^1].ConnectAsync(await receiver.Ready, limit.Token);
            await strangers[^1].GetStream().WriteAsync(new byte[LineBytes], limit.Token);
        }

        await Wait.UntilAsync(() => !dropped.IsEmpty, "a stranger's line is dropped");
        Assert.All(dropped, reason => Assert.Equal("too many lines without an end", reason));
        var (begin, end) = (Line[..20], Line[20..] + "\n");
        await log.GetStream().WriteAsync(Encoding.UTF8.GetBytes(begin), limit.Token);
        strangers.Add(new TcpClient());
        await strangers[^1].ConnectAsync(await receiver.Ready, limit.Token);
        await strangers[^1].GetStream().WriteAsync(Encoding.UTF8.GetBytes(Line + "\n"), limit.Token);
        await Wait.UntilAsync(() => !heard.IsEmpty, "a stranger is heard"); // by then the receiver has read the beginning, and alone
        await log.GetStream().WriteAsync(Encoding.UTF8.GetBytes(end), limit.Token);
        await Wait.UntilAsync(() => heard.Contains(machine), "the machine is heard");
        strangers.ForEach(s => s.Dispose());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Lines_arrive_whole_and_in_order_however_they_are_cut_into_packets()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var receiver = new KernelLogReceiver(
            new IPEndPoint(IPAddress.Loopback, 0), (_, those) => those.ToList().ForEach(m => heard.Enqueue(m.Text)), (_, _) => { });
        var running = receiver.RunAsync(stop.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(await receiver.Ready, limit.Token);
        var log = Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 2000).Select(i => Line.Replace("config applied", $"line {i}", StringComparison.Ordinal) + "\n")));
        var random = new Random(20261121);
        for (int at = 0, length; at < log.Length; at += length)
        {
            length = Math.Min(random.Next(1, 3000), log.Length - at);
            await client.GetStream().WriteAsync(log.AsMemory(at, length), limit.Token);
        }

        await Wait.UntilAsync(() => heard.Count >= 2000, "all lines are heard");
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"[talos] line {i}"), heard);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Who_sends_nothing_but_garbage_is_hung_up_on()
    {
        var dropped = 0;
        using var stop = new CancellationTokenSource();
        var receiver = new KernelLogReceiver(
            new IPEndPoint(IPAddress.Loopback, 0), (_, _) => { }, (_, _) => Interlocked.Increment(ref dropped));
        var running = receiver.RunAsync(stop.Token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync(await receiver.Ready, limit.Token);
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("garbage\n", 1000))), limit.Token);
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], limit.Token));
        Assert.Equal(100, dropped);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task The_receiver_hands_on_messages_skips_garbage_and_drops_an_endless_line()
    {
        var received = new List<string>();
        var dropped = new List<string>();
        var done = new TaskCompletionSource();
        void Receive(IPAddress from, IReadOnlyList<KernelLogMessage> messages) => received.AddRange(messages.Select(m => m.Text));
        var receiver = new KernelLogReceiver(new IPEndPoint(IPAddress.Loopback, 0), Receive, (_, reason) =>
        {
            dropped.Add(reason);
            if (reason == "line too long")
                done.TrySetResult();
        });
        using var stop = new CancellationTokenSource();
        var running = receiver.RunAsync(stop.Token);
        using var client = new TcpClient();
        await client.ConnectAsync(await receiver.Ready);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"{Line}\ngarbage\n{Line}\n"));
        await stream.WriteAsync(new byte[200_000]);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, received.Count);
        Assert.Equal(["not JSON", "line too long"], dropped);
        await stop.CancelAsync();
        await running;
    }
}
