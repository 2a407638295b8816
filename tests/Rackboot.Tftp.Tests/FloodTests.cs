using System.Net;
using System.Text;

namespace Rackboot.Tftp.Tests;

/// <summary>What strangers, abandoned transfers and packets from elsewhere do to transfers under way: nothing.</summary>
public sealed class FloodTests
{
    private const string Request = "f\0octet\0blksize\01024\0timeout\030\0";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Requests_that_nobody_acknowledges_take_no_place_from_one_who_does(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { MostTransfers = 64, SinglePort = singlePort });
        server.Serve("f", 100_000);
        using var flood = new Flood(server.Address);
        using var machine = new HandClient(server.Address);
        machine.Ask("f\0octet\0");
        for (var block = 1; block <= 100_000 / 512 + 1; block++)
        {
            Assert.Equal((byte)block, (await machine.ReceiveAsync())[3]);
            machine.Acknowledge(block);
            flood.Ask(Request, times: 20);
        }

        string said;
        do
            said = await server.SaysAsync();
        while (said.StartsWith("failed f: it gave way", StringComparison.Ordinal));
        Assert.Equal("finished f", said);
    }

    [Fact]
    public async Task Who_asks_while_every_place_is_taken_by_requests_that_nobody_acknowledged_is_answered_at_once()
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { MostTransfers = 64 });
        server.Serve("f", 100);
        using var flood = new Flood(server.Address);
        flood.Ask(Request, times: 3000);
        using var machine = new HandClient(server.Address);
        machine.Ask("f\0octet\0");
        Assert.Equal([0, 3, 0, 1], (await machine.ReceiveAsync())[..4]);
    }

    [Fact]
    public async Task Machines_are_served_where_strangers_hold_every_place_and_go_on()
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { MostTransfers = 8, Loops = 1 });
        server.Serve("f", 5000);
        var strangers = Enumerable.Range(1, 8).Select(n => new HandClient(server.Address, IPAddress.Parse($"127.0.9.{n}"))).ToList();
        foreach (var stranger in strangers)
        {
            stranger.Ask("f\0octet\0");
            await stranger.ReceiveAsync();
            stranger.Acknowledge(1);
            Assert.Equal(2, (await stranger.ReceiveAsync())[3]);
        }

        using var another = new HandClient(server.Address, IPAddress.Parse("127.0.9.9"));
        another.Ask("f\0octet\0");
        Assert.Equal("dropped: too many transfers", await server.SaysAsync());

        server.Machines.Add(IPAddress.Parse("127.0.8.1"));
        using var machine = new HandClient(server.Address, IPAddress.Parse("127.0.8.1"));
        machine.Ask("f\0octet\0");
        Assert.Equal([0, 3, 0, 1], (await machine.ReceiveAsync())[..4]);
        strangers.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_client_that_abandons_transfer_after_transfer_is_always_served_the_next()
    {
        var time = new ManualTime();
        var options = new TftpServerOptions { MostTransfersPerClient = 16, MostTransfers = 24, Loops = 1 };
        await using var server = await RunningServer.StartAsync(options, time);
        server.Serve("f", 5000);
        var clients = new List<HandClient>(); // open to the end, so that each has a port of its own
        for (var i = 0; i < 100; i++)
        {
            var client = new HandClient(server.Address);
            clients.Add(client);
            client.Ask("f\0octet\0timeout\030\0");
            Assert.Equal(6, (await client.ReceiveAsync())[1]);
            client.Acknowledge(0);
            Assert.Equal([0, 3, 0, 1], (await client.ReceiveAsync())[..4]);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task Two_hundred_clients_behind_one_address_all_get_the_file()
    {
        await using var server = await RunningServer.StartAsync();
        server.Serve("f", 1000);
        var clients = Enumerable.Range(0, 200).Select(_ => new HandClient(server.Address)).ToList();
        foreach (var client in clients)
        {
            client.Ask("f\0octet\0");
            await client.ReceiveAsync();
        }

        foreach (var client in clients)
        {
            client.Acknowledge(1);
            await client.ReceiveAsync();
            client.Acknowledge(2);
        }

        for (var i = 0; i < clients.Count; i++)
            Assert.Equal("finished f", await server.SaysAsync());
        clients.ForEach(c => c.Dispose());
    }

    // RFC 1350 §4.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_packet_from_another_port_gets_error_5_and_the_transfer_goes_on(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        server.Serve("f", 1000);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        Assert.Equal([0, 3, 0, 1], (await client.ReceiveAsync())[..4]);

        using var stray = new HandClient(server.Address);
        stray.SendToPeerOf(client, 0, 4, 0, 1);
        var error = await stray.ReceiveAsync();
        Assert.Equal([0, 5, 0, 5], error[..4]);
        Assert.Equal(client.Peer, stray.Peer);

        client.Acknowledge(1);
        Assert.Equal([0, 3, 0, 2], (await client.ReceiveAsync())[..4]);
        client.Acknowledge(2);
        string said;
        do
            said = await server.SaysAsync();
        while (said == "dropped: belongs to no transfer");
        Assert.Equal("finished f", said);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_from_another_port_is_not_answered_and_ends_nothing(bool singlePort)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        server.Serve("f", 100);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        await client.ReceiveAsync();
        using var stray = new HandClient(server.Address);
        stray.SendToPeerOf(client, 0, 5, 0, 0, 0);
        Assert.Equal("dropped: belongs to no transfer", await server.SaysAsync());
        Assert.True(stray.HasNothing);
        client.Acknowledge(1);
        Assert.Equal("finished f", await server.SaysAsync());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task Hostile_packets_in_the_middle_of_a_transfer_change_no_byte_of_it(bool singlePort, int seed)
    {
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { SinglePort = singlePort });
        const int Length = 60_000;
        server.Serve("f", Length);
        using var client = new HandClient(server.Address);
        using var hostile = new HandClient(server.Address);
        var random = new Random(seed);
        var received = new MemoryStream();
        client.Ask("f\0octet\0");
        for (var block = 1; received.Length < Length;)
        {
            var packet = await client.ReceiveAsync();
            if (packet[1] != 3 || (packet[2] << 8 | packet[3]) != block)
                continue;
            received.Write(packet.AsSpan(4));
            for (var i = 0; i < 10; i++)
            {
                var bytes = new byte[random.Next(40)];
                random.NextBytes(bytes);
                if (bytes.Length > 3)
                    (bytes[0], bytes[1]) = (0, (byte)random.Next(8));
                hostile.SendToPeerOf(client, bytes);

                // From its own port too, but no acknowledgement of what is on its way, no error and no request.
                if (bytes.Length > 3 && bytes[1] is not (1 or 2 or 4 or 5))
                    client.SendToPeer(bytes);
                client.SendToPeer(0, 4, (byte)(block + 1 + i >> 8), (byte)(block + 1 + i));
            }

            client.Acknowledge(block++);
        }

        Assert.Equal(RunningServer.Content(Length), received.ToArray());
    }

    [Fact]
    public async Task Blocks_are_sent_again_when_the_clock_says_so_and_not_before()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(new TftpServerOptions { Timeout = TimeSpan.FromSeconds(2) }, time);
        server.Serve("f", 100);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        await client.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(1.9));
        using (var other = new HandClient(server.Address))
        {
            other.Ask("nothing\0octet\0"); // the server has looked at its clock by the time that it answers this
            await other.ReceiveAsync();
        }

        Assert.True(client.HasNothing);
        time.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal([0, 3, 0, 1], (await client.ReceiveAsync())[..4]);
        client.Acknowledge(1);
        while (await server.SaysAsync() != "finished f")
        {
            // What was said of the other one.
        }
    }

    [Fact]
    public async Task The_same_file_is_sent_again_to_one_who_asks_again_with_its_last_acknowledgement()
    {
        await using var server = await RunningServer.StartAsync();
        server.Serve("f", 100);
        using var client = new HandClient(server.Address);
        client.Ask("f\0octet\0");
        for (var i = 0; i < 300; i++)
        {
            var packet = await client.ReceiveAsync();
            Assert.Equal([0, 3, 0, 1], packet[..4]);
            client.Acknowledge(1);
            client.Ask("f\0octet\0"); // which the server may read first: it comes to another port
        }
    }

    /// <summary>Clients at addresses that nobody answers from.</summary>
    private sealed class Flood(IPEndPoint server) : IDisposable
    {
        private readonly Random _random = new(7);
        private readonly List<HandClient> _clients =
            [.. Enumerable.Range(0, 200).Select(n => new HandClient(server, IPAddress.Parse($"127.3.{n}.1")))];

        private int _number;

        public void Ask(string request, int times)
        {
            for (var i = 0; i < times; i++)
                _clients[_random.Next(_clients.Count)].SendToServer([0, 1, .. Encoding.ASCII.GetBytes($"{request}tsize\0{_number++}\0")]);
        }

        public void Dispose() => _clients.ForEach(c => c.Dispose());
    }
}
