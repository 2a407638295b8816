using System.Buffers.Binary;

namespace Rackboot.Tftp.Tests;

/// <summary>One transfer, over networks that lose, repeat and disorder packets.</summary>
public sealed class TransferTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 512, 1)]
    [InlineData(511, 512, 1)]
    [InlineData(512, 512, 1)]
    [InlineData(5120, 512, 4)]
    [InlineData(100_000, 1468, 8)]
    [InlineData(700_000, 8, 16)] // 87,501 blocks: numbers roll over
    public void A_file_arrives_whole(int length, int blockBytes, int window) =>
        Assert.Equal(length, Run(length, blockBytes, window, seed: 1, lossPercent: 0).Length);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Over_a_network_that_loses_and_repeats_a_file_arrives_whole_or_the_transfer_ends(int seed) =>
        Assert.Equal(50_000, Run(50_000, 1024, 1 + seed, seed, lossPercent: 10).Length);

    [Fact]
    public void A_repeated_acknowledgement_is_never_answered_with_data()
    {
        var sent = new List<int>();
        using var transfer = Transfer(5000, null, null);
        var wire = new Wire(packet => sent.Add(packet[3]));
        transfer.Start(Start, wire);
        transfer.Take([0, 4, 0, 1], Start, wire);
        transfer.Take([0, 4, 0, 1], Start, wire);
        transfer.Take([0, 4, 0, 0], Start, wire);
        Assert.Equal([1, 2], sent);
    }

    [Fact]
    public void A_client_that_falls_silent_is_given_up_after_bounded_retries()
    {
        var packets = 0;
        using var transfer = Transfer(5000, null, null);
        var wire = new Wire(_ => packets++);
        transfer.Start(Start, wire);
        for (var seconds = 0; !transfer.IsOver; seconds++)
        {
            Assert.True(seconds < 120);
            transfer.Tick(Start.AddSeconds(seconds), wire);
        }

        Assert.Equal(6, packets);
        Assert.Contains("fell silent", transfer.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(255)]
    public void A_client_that_wants_long_timeouts_and_vanishes_holds_its_place_for_minutes_not_hours(int timeoutSeconds)
    {
        var request = new TftpRequest { FileName = "f", IsNetascii = false, IsWrite = false, TimeoutSeconds = timeoutSeconds };
        using var transfer = new TftpTransfer(new MemoryTftpFile(new byte[5000]), request, new TftpServerOptions());
        transfer.Start(Start, Wire.Nowhere);
        var seconds = 0;
        for (; !transfer.IsOver && seconds < 100_000; seconds++)
            transfer.Tick(Start.AddSeconds(seconds), Wire.Nowhere);
        Assert.InRange(seconds, 10, 200);
    }

    [Fact]
    public void Asking_for_the_size_and_aborting_is_no_failure()
    {
        using var transfer = Transfer(5000, 1024, null, asksSize: true);
        transfer.Start(Start, Wire.Nowhere);
        transfer.Take([0, 5, 0, 8, 0], Start, Wire.Nowhere);
        Assert.True(transfer is { IsOver: true, WasProbe: true });
    }

    [Fact]
    public void Random_packets_never_throw_and_never_send_more_than_a_window_each()
    {
        var random = new Random(3);
        var sent = 0;
        var wire = new Wire(_ => sent++);
        for (var round = 0; round < 1000; round++)
        {
            using var transfer = Transfer(3000, 64, 4);
            transfer.Start(Start, wire);
            for (var i = 0; i < 100 && !transfer.IsOver; i++)
            {
                var packet = new byte[random.Next(8)];
                random.NextBytes(packet);
                if (packet.Length > 2 && random.Next(2) == 0)
                    (packet[0], packet[1], packet[2]) = (0, 4, 0);
                var before = sent;
                transfer.Take(packet, Start, wire);
                Assert.InRange(sent - before, 0, 4);
            }
        }
    }

    private static byte[] Run(int length, int blockBytes, int window, int seed, int lossPercent)
    {
        var random = new Random(seed);
        var content = new byte[length];
        random.NextBytes(content);
        var queue = new Queue<byte[]>();
        var received = new MemoryStream();
        long expected = 1;
        var options = new TftpServerOptions { Retries = 50, MostWindow = 64 };
        var request = new TftpRequest { FileName = "f", IsNetascii = false, IsWrite = false, BlockBytes = blockBytes, Window = window };
        using var transfer = new TftpTransfer(new MemoryTftpFile(content), request, options);
        var wire = new Wire(Send);
        var now = Start;
        transfer.Start(now, wire);
        for (var steps = 0; !transfer.IsOver; steps++)
        {
            Assert.True(steps < 2_000_000);
            if (queue.Count == 0)
            {
                transfer.Tick(now += TimeSpan.FromSeconds(1), wire);
                continue;
            }

            var packet = queue.Dequeue();
            var acknowledged = -1;
            if (packet[1] == (byte)TftpOpcode.OptionAcknowledgement)
                acknowledged = 0;
            else if (BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)) is var block && block == (ushort)expected)
            {
                received.Write(packet.AsSpan(4));
                if (expected++ % window == 0 || packet.Length - 4 < blockBytes || queue.Count == 0)
                    acknowledged = block;
            }
            else if (queue.Count == 0)
                acknowledged = (ushort)(expected - 1);

            if (acknowledged >= 0 && random.Next(100) >= lossPercent)
                transfer.Take([0, 4, (byte)(acknowledged >> 8), (byte)acknowledged], now, wire);
        }

        Assert.Null(transfer.Failure);
        Assert.Equal(content, received.ToArray());
        return received.ToArray();

        void Send(byte[] packet)
        {
            for (var copies = random.Next(100) < lossPercent ? random.Next(2) * 2 : 1; copies > 0; copies--)
                queue.Enqueue(packet);
        }
    }

    private static TftpTransfer Transfer(int length, int? blockBytes, int? window, bool asksSize = false) =>
        new(
            new MemoryTftpFile(new byte[length]),
            new TftpRequest
            {
                FileName = "f",
                IsNetascii = false,
                IsWrite = false,
                BlockBytes = blockBytes,
                Window = window,
                AsksSize = asksSize,
            },
            new TftpServerOptions());
}
