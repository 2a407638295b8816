using System.Text;

namespace Rackboot.Tftp.Tests;

/// <summary>The server, over loopback, with clients that do what clients should not.</summary>
public sealed class ServerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_of_two_blocks_is_served_and_its_end_observed(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        server.Serve("f", 512);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        Assert.Equal([0, 3, 0, 1, .. RunningServer.Content(512)], await client.ReceiveAsync());
        Assert.Equal(singlePort, client.Peer.Port == server.Address.Port);
        client.Acknowledge(1);
        Assert.Equal([0, 3, 0, 2], await client.ReceiveAsync());
        client.Acknowledge(2);
        Assert.Equal("finished f", await server.SaysAsync());
    }

    [Theory]
    [InlineData("nothing\0octet\0", 1)]
    [InlineData("../f\0octet\0", 2)]
    [InlineData("f\0mail\0", 4)]
    [InlineData("f", 4)]
    public async Task A_request_that_cannot_be_served_gets_its_error_at_once(string request, int code)
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new HandClient(server.Address);
        client.Ask(request);
        Assert.Equal([0, 5, 0, (byte)code], (await client.ReceiveAsync())[..4]);
    }

    [Fact]
    public async Task Writing_is_refused()
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new HandClient(server.Address);
        client.SendToServer([0, 2, .. "f\0octet\0"u8]);
        Assert.Equal([0, 5, 0, 2], (await client.ReceiveAsync())[..4]);
    }

    [Fact]
    public async Task An_acknowledgement_of_no_transfer_is_told_so()
    {
        await using var server = await RunningServer.StartAsync();
        using var client = new HandClient(server.Address);
        client.SendToServer(0, 4, 0, 1);
        Assert.Equal([0, 5, 0, 5], (await client.ReceiveAsync())[..4]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_probes_the_size_and_asks_again_from_the_same_port_is_answered_at_once(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        server.Serve("f", 100);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0tsize\00\0");
        Assert.Equal("\0\u0006tsize\0100\0", Encoding.ASCII.GetString(await client.ReceiveAsync()));
        client.Ask("f\0octet\0"); // its ERROR may be lost, or overtaken: it goes to another port
        Assert.Equal([0, 3, 0, 1], (await client.ReceiveAsync())[..4]);
        Assert.StartsWith("probe f", await server.SaysAsync(), StringComparison.Ordinal);
        client.Acknowledge(1);
        Assert.Equal("finished f", await server.SaysAsync());
    }

    [Fact]
    public async Task The_same_request_again_starts_no_second_transfer()
    {
        await using var server = await RunningServer.StartAsync();
        var opened = 0;
        server.Serve("f", () =>
        {
            opened++;
            return new MemoryTftpFile(RunningServer.Content(100));
        });
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        client.Ask("f\0octet\0");
        client.Ask("g\0octet\0"); // the server has seen both by the time that it answers this
        string said;
        do
            said = await server.SaysAsync();
        while (!said.StartsWith("failed g", StringComparison.Ordinal));
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task A_machine_reset_in_mid_transfer_that_asks_from_the_same_port_begins_anew()
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Timeout = TimeSpan.FromMilliseconds(300) });
        server.Serve("f", 5000);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        await client.ReceiveAsync();
        client.Acknowledge(1);
        for (var copies = 0; copies < 2; copies++) // the second copy tells that the server waited in vain
            Assert.Equal(2, (await client.ReceiveAsync())[3]);
        client.Ask("f\0octet\0");
        byte[] packet;
        do
            packet = await client.ReceiveAsync();
        while (packet[3] == 2);
        Assert.Equal(1, packet[3]);
        Assert.Equal("failed f: the client asked again", await server.SaysAsync());
    }

    [Fact]
    public async Task A_machine_reset_after_it_took_the_options_that_asks_from_the_same_port_gets_them_again()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(time: time);
        server.Serve("f", 5000);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0timeout\05\0");
        Assert.Equal(6, (await client.ReceiveAsync())[1]);
        client.Acknowledge(0);
        Assert.Equal([0, 3, 0, 1], (await client.ReceiveAsync())[..4]);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([0, 3, 0, 1], (await client.ReceiveAsync())[..4]); // the server waited in vain
        client.Ask("f\0octet\0timeout\05\0");
        Assert.Equal(6, (await client.ReceiveAsync())[1]);
        Assert.Equal("failed f: the client asked again", await server.SaysAsync());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_ends_its_own_transfer_and_no_other()
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Timeout = TimeSpan.FromMilliseconds(200) });
        server.Serve("bad", () => new DyingFile(reads: 1));
        server.Serve("good", 10);
        using var client = new HandClient(server.Address);
        client.Ask("bad\0octet\0");
        await client.ReceiveAsync(); // the clock asks for the second read
        var refusal = await client.ReceiveAsync();
        Assert.Equal([0, 5, 0, 0], refusal[..4]);
        Assert.DoesNotContain("sector", Encoding.ASCII.GetString(refusal), StringComparison.Ordinal);
        Assert.Contains("sector 7", await server.SaysAsync(), StringComparison.Ordinal);

        using var other = new HandClient(server.Address);
        other.Ask("good\0octet\0");
        await other.ReceiveAsync();
        other.Acknowledge(1);
        Assert.Equal("finished good", await server.SaysAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_transfer_under_way_ends_well_after_the_server_was_told_to_stop(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        server.Serve("f", 1000);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        await client.ReceiveAsync();
        server.BeginToStop();
        using var late = new HandClient(server.Address);
        do
            late.Ask("nothing\0octet\0");
        while (await server.SaysAsync() != "dropped: the server stops");
        client.Acknowledge(1);
        await client.ReceiveAsync();
        client.Acknowledge(2);
        Assert.Equal("finished f", await server.SaysAsync());
    }

    [Fact]
    public async Task A_large_file_is_not_turned_into_text()
    {
        await using var server = await RunningServer.StartAsync();
        server.Serve("big", 2 << 20);
        using var client = new HandClient(server.Address);
        client.Ask("big\0netascii\0");
        Assert.Equal([0, 5, 0, 0], (await client.ReceiveAsync())[..4]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Thousands_of_random_packets_leave_the_server_serving(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        server.Serve("f", 10);
        var random = new Random(11);
        using (var hostile = new HandClient(server.Address))
            for (var i = 0; i < 20_000; i++)
            {
                var packet = new byte[random.Next(i % 100 == 0 ? 9000 : 60)];
                random.NextBytes(packet);
                if (packet.Length > 2 && i % 2 == 0)
                    (packet[0], packet[1]) = (0, (byte)random.Next(8));
                hostile.SendToServer(packet);
            }

        while (!await IsServedAsync())
        {
            // Drowned in the flood: asks again, as clients do.
        }

        async Task<bool> IsServedAsync()
        {
            using var client = new HandClient(server.Address);
            client.Ask("f\0octet\0");
            var answer = client.ReceiveAsync();
            return await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1))) == answer && (await answer).Length == 14;
        }
    }

    private sealed class DyingFile(int reads) : TftpFile
    {
        private int _reads = reads;

        public override long Length => 5000;

        public override int Read(long offset, Span<byte> buffer) =>
            _reads-- > 0 ? buffer.Length : throw new IOException("sector 7 is gone");

        public override void Dispose()
        {
        }
    }
}
