using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Talos.Tests;

public sealed class KernelLogDatagramTests
{
    private const string Line = """{"clock":1,"facility":"user","msg":"[talos] MARK","priority":"warning","seq":7,"talos-level":"warn"}""";

    [Fact]
    public async Task A_datagram_is_a_message_and_what_is_none_is_skipped()
    {
        var messages = new BlockingCollection<(IPAddress From, string Text)>();
        var dropped = new ConcurrentQueue<string>();
        var receiver = new KernelLogDatagrams(
            new IPEndPoint(IPAddress.Loopback, 0), (from, those) =>
            {
                foreach (var message in those)
                    messages.Add((from, message.Text));
            }, (_, reason) => dropped.Enqueue(reason));
        using var stop = new CancellationTokenSource();
        var running = receiver.RunAsync(stop.Token);
        var target = await receiver.Ready;
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        string[] datagrams = ["garbage", "", Line.Replace("MARK", "one", StringComparison.Ordinal), "[]",
            Line.Replace("MARK", "two", StringComparison.Ordinal) + "\n" + Line.Replace("MARK", "three", StringComparison.Ordinal) + "\n"];
        foreach (var datagram in datagrams)
            await sender.SendToAsync(Encoding.UTF8.GetBytes(datagram), target);
        foreach (var expected in (string[])["one", "two", "three"])
        {
            Assert.True(messages.TryTake(out var message, TimeSpan.FromSeconds(30)), $"{expected} did not arrive");
            Assert.Equal((IPAddress.Loopback, $"[talos] {expected}"), (message.From, message.Text));
        }

        Assert.Equal(["not JSON", "not an object with a \"msg\" member"], dropped);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_address_that_is_not_ours_is_said_at_once()
    {
        var receiver = new KernelLogDatagrams(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 4514), (_, _) => { }, (_, _) => { });
        await Assert.ThrowsAsync<SocketException>(() => receiver.RunAsync(CancellationToken.None));
        await Assert.ThrowsAsync<SocketException>(() => receiver.Ready);
    }
}
