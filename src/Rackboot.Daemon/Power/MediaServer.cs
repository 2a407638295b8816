using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rackboot.Core.Assets;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.Power;

/// <summary>Serves ISO images of the asset store to BMCs. A BMC on the boot network fetches them from the boot plane; for
/// a BMC on a separate network this class serves them, and nothing else, at the address that faces it, from the first insertion until the
/// daemon stops.</summary>
internal sealed class MediaServer(AssetStore assets, BootAddresses boot, int port) : IAsyncDisposable
{
    private const int MostConnections = 256; // at each address; a BMC has one or two

    private readonly ConcurrentDictionary<IPAddress, Lazy<Task<WebApplication>>> _servers = new();

    /// <summary>The URL of the asset <paramref name="name"/> for the BMC at <paramref name="bmc"/>.</summary>
    /// <exception cref="IOException">It cannot be served there; see the message.</exception>
    public async Task<Uri> UrlAsync(string name, string bmc, CancellationToken cancel)
    {
        var local = await FacingAsync(bmc, cancel);
        if (boot.Served.All(a => !a.Address.Equals(local)))
        {
            var server = _servers.GetOrAdd(local, address => new(() => StartAsync(address)));
            try
            {
                await server.Value.WaitAsync(cancel);
            }
            catch (IOException)
            {
                _servers.TryRemove(new(local, server)); // the next attempt may find the port free
                throw;
            }
        }

        return new Uri($"http://{local}{(port == 80 ? "" : $":{port}")}/assets/{name}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values.Where(s => s.Value.IsCompletedSuccessfully))
            await server.Value.Result.DisposeAsync();
    }

    // The kernel chooses the source address for the BMC; nothing is sent.
    private static async Task<IPAddress> FacingAsync(string bmc, CancellationToken cancel)
    {
        try
        {
            var address = IPAddress.TryParse(bmc, out var parsed) ? parsed
                : (await Dns.GetHostAddressesAsync(bmc, AddressFamily.InterNetwork, cancel)).FirstOrDefault()
                    ?? throw new IOException($"{bmc} has no IPv4 address");
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(new IPEndPoint(address, 443), cancel);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException e)
        {
            throw new IOException($"there is no route to the BMC {bmc}: {e.Message}", e);
        }
    }

    private async Task<WebApplication> StartAsync(IPAddress address)
    {
        var builder = WebServer.Builder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(address, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MinResponseDataRate = null; // a BMC reads as its machine does
        });
        var app = builder.Build();
        app.MapMethods("/assets/iso/{name}", ["GET", "HEAD"], (string name) => assets.Find($"iso/{name}") is { } image
            ? Results.File(image.File, "application/octet-stream", enableRangeProcessing: true, lastModified: image.Added)
            : Results.NotFound());
        try
        {
            await app.StartAsync();
            return app;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            throw new IOException($"serving the image to the BMC at {address}:{port} failed: {e.Message}", e);
        }
    }
}
