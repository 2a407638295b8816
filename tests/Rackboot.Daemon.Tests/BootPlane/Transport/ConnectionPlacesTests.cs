using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Tests.Shared;

namespace Rackboot.Daemon.Tests.BootPlane.Transport;

/// <summary>Who only holds connections loses them to whoever has something to fetch; sources are addresses of the loopback
/// network.</summary>
public sealed class ConnectionPlacesTests : IAsyncLifetime
{
    private static readonly IPAddress Machine = IPAddress.Parse("127.0.0.99");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ConnectionPlaces _places;
    private readonly WebApplication _app;
    private readonly List<TcpClient> _clients = [];
    private int _gaveWay;
    private IPEndPoint _server = new(IPAddress.Loopback, 0);

    public ConnectionPlacesTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _places = new ConnectionPlaces(
            most: 12, mostOfOneSource: 8, address => address.Equals(Machine), () => Interlocked.Increment(ref _gaveWay))
        {
            MostStrangersEachSecond = 200,
        };
        builder.Services.AddSingleton(_places);
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapMethods("/text", ["GET"], () => "some text");
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        _server = new IPEndPoint(IPAddress.Loopback, new Uri(_app.Urls.First()).Port);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Of_one_address_the_connection_that_moved_least_gives_way_to_a_new_one()
    {
        var busy = new List<TcpClient>();
        for (var i = 0; i < 7; i++)
            busy.Add(await AskingAsync("127.0.0.1"));
        var holder = await ConnectedAsync("127.0.0.1"); // asked for nothing
        await AskingAsync("127.0.0.1");
        await EndedAsync(holder);
        foreach (var client in busy)
            await AskAsync(client);
        Assert.Equal(1, _gaveWay);
    }

    [Fact]
    public async Task A_host_that_takes_every_place_it_can_get_leaves_the_others_theirs()
    {
        var other = await AskingAsync("127.0.0.2");
        for (var i = 0; i < 100; i++)
            await ConnectedAsync("127.0.0.1");
        await AskAsync(other);
        await AskingAsync("127.0.0.3");
        await GaveWayAsync(92);
    }

    [Fact]
    public async Task When_every_place_is_taken_the_address_that_has_most_loses_one()
    {
        for (var i = 0; i < 8; i++)
            await ConnectedAsync("127.0.0.1");
        var few = new List<TcpClient>();
        for (var i = 2; i < 6; i++)
            few.Add(await AskingAsync($"127.0.0.{i}"));
        few.Add(await AskingAsync("127.0.0.6"));
        foreach (var client in few)
            await AskAsync(client);
        await GaveWayAsync(1);
    }

    [Fact]
    public async Task Holders_at_any_number_of_addresses_leave_the_places_of_those_who_fetch_something()
    {
        var busy = await AskingAsync("127.0.0.2");
        for (var i = 0; i < 150; i++)
            await ConnectedAsync($"127.0.1.{i}");
        await AskAsync(busy);
        await AskingAsync("127.0.0.3");
        await GaveWayAsync(140);
    }

    [Fact]
    public async Task A_machine_that_moves_nothing_keeps_its_place_when_strangers_who_fetch_something_take_all()
    {
        var machine = await ConnectedAsync($"{Machine}");
        for (var i = 0; i < 100; i++)
            await AskingAsync($"127.0.1.{i}");
        await AskAsync(machine);
        await GaveWayAsync(89);
    }

    [Fact]
    public async Task Strangers_who_come_too_fast_when_all_places_are_taken_are_turned_away_and_a_machine_is_not()
    {
        var stranger = IPAddress.Parse("127.0.2.1");
        for (var i = 0; i < 200; i++)
            Assert.False(_places.TurnsAway(stranger)); // there is room
        for (var i = 0; i < 12; i++)
            await AskingAsync($"127.0.1.{i}");
        var turnedAway = 0;
        for (var i = 0; i < 100_000; i++)
        {
            turnedAway += _places.TurnsAway(stranger) ? 1 : 0;
            Assert.False(_places.TurnsAway(Machine));
        }

        Assert.InRange(turnedAway, 50_000, 99_800); // each second begins a new count
        await GaveWayAsync(turnedAway);
    }

    [Fact]
    public async Task A_place_that_was_given_back_is_free()
    {
        for (var i = 0; i < 50; i++)
        {
            using var client = await AskingAsync("127.0.0.1");
            client.GetStream().Write("GET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8);
            await EndedAsync(client); // the server's end is the end of its place, or soon follows it
        }

        Assert.Equal(0, _gaveWay);
    }

    [Fact]
    public void A_pace_counts_the_last_seconds_and_forgets_what_was_before()
    {
        const long Born = 10 * Pace.WindowMilliseconds;
        var pace = new Pace(Born);
        Assert.True(pace.At(Born) > 10_000); // it has just come
        Assert.Equal(0, pace.At(Born + 2000));
        pace.Moved(100, Born + 2000);
        pace.Moved(11, Born + Pace.WindowMilliseconds);
        Assert.Equal(111, pace.At(Born + Pace.WindowMilliseconds));
        Assert.Equal(11, pace.At(Born + 2 * Pace.WindowMilliseconds));
        Assert.Equal(0, pace.At(Born + 3 * Pace.WindowMilliseconds));
        pace.Moved(7, Born + 9 * Pace.WindowMilliseconds);
        Assert.Equal(7, pace.At(Born + 9 * Pace.WindowMilliseconds));
    }

    private async Task<TcpClient> ConnectedAsync(string from)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        _clients.Add(client);
        await client.ConnectAsync(_server).WaitAsync(Limit);
        return client;
    }

    private async Task<TcpClient> AskingAsync(string from)
    {
        var client = await ConnectedAsync(from);
        await AskAsync(client);
        return client;
    }

    private static async Task AskAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync("GET /text HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var answer = new StringBuilder();
        for (var buffer = new byte[1000]; !answer.ToString().Contains("some text", StringComparison.Ordinal);)
        {
            var read = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Limit);
            Assert.True(read > 0, "the connection ended");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    private static async Task EndedAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().CopyToAsync(Stream.Null).WaitAsync(Limit);
        }
        catch (IOException)
        {
            // Ended by a reset.
        }
    }

    private async Task GaveWayAsync(int count)
    {
        await Wait.UntilAsync(() => Volatile.Read(ref _gaveWay) >= count, $"{count} connections gave way");
        Assert.Equal(count, _gaveWay);
    }
}
