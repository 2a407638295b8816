using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Tests.Boots;
using Rackboot.Tests.Shared;
using Rackboot.Transfer;
using static Rackboot.Daemon.Tests.Boots.OwnAddresses;

namespace Rackboot.Daemon.Tests.BootPlane.Transport;

/// <summary>One web server on addresses that come and go, on real sockets.</summary>
public sealed class BootListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly OwnAddresses _host = new(["lo"], On("lo", "127.9.0.1"));
    private readonly int _port = FreePort();
    private WebApplication? _server;

    [Fact]
    public async Task An_address_that_comes_is_served_and_the_connections_of_another_stay()
    {
        await StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });
        var connection = await GetAsync(client, "127.9.0.1");

        _host.Become(On("lo", "127.9.0.1"), On("lo", "127.9.0.2"));
        _host.PassSettling();
        await UntilServedAsync("127.9.0.2", served: true);
        Assert.Equal(connection, await GetAsync(client, "127.9.0.1"));
    }

    [Fact]
    public async Task An_address_that_goes_is_closed_and_served_again_when_it_is_back()
    {
        await StartAsync();
        _host.Become();
        _host.PassSettling();
        await UntilServedAsync("127.9.0.1", served: false);

        _host.Become(On("lo", "127.9.0.1", index: 3));
        _host.PassSettling();
        await UntilServedAsync("127.9.0.1", served: true);
    }

    [Fact]
    public async Task A_port_in_use_on_a_new_address_is_a_problem_and_is_tried_again()
    {
        await StartAsync();
        using (var other = new TcpListener(IPAddress.Parse("127.9.0.2"), _port))
        {
            other.Start();
            _host.Become(On("lo", "127.9.0.1"), On("lo", "127.9.0.2"));
            _host.PassSettling();
            await Wait.UntilAsync(() => _host.Own.Problems is [var problem]
                && problem.StartsWith(
                    $"TCP port {_port} of 127.9.0.2 on lo: Address already in use; find its user", StringComparison.Ordinal),
                "the port is a problem");
        }

        await Wait.UntilAsync(() =>
        {
            _host.Clock.Pass(TimeSpan.FromSeconds(10));
            return _host.Own.Problems is [];
        }, "no problem is left");
        await UntilServedAsync("127.9.0.2", served: true);
    }

    [Fact]
    public async Task A_port_in_use_at_the_start_is_an_error_that_says_where()
    {
        using var other = new TcpListener(IPAddress.Parse("127.9.0.1"), _port);
        other.Start();
        var error = await Assert.ThrowsAsync<IOException>(StartAsync);
        Assert.StartsWith($"TCP port {_port} of 127.9.0.1 on lo: ", error.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _host.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new ConnectionPlaces(1000, 1000, _ => false, () => { }));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(new BootEndPoint(_host.Own, _port)));
        _server = builder.Build();
        _server.MapMethods("/", ["GET"], (Microsoft.AspNetCore.Http.HttpContext http) => http.Connection.Id);
        await _server.StartAsync().WaitAsync(Patience);
    }

    private Task<string> GetAsync(HttpClient client, string address) =>
        client.GetStringAsync($"http://{address}:{_port}/").WaitAsync(Patience);

    private Task UntilServedAsync(string address, bool served) => Wait.UntilAsync(async () =>
    {
        using var client = OutboundHttp.Create();
        try
        {
            await GetAsync(client, address);
            return served;
        }
        catch (HttpRequestException)
        {
            return !served;
        }
    }, served ? $"{address} is served" : $"{address} is served no more");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Parse("127.9.0.9"), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
