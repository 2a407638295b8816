using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;

namespace Rackboot.Tests.Shared;

/// <summary>The event sink on a port of its own, as nodes dial it.</summary>
internal sealed class SinkServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SinkServer(WebApplication app, Uri address)
    {
        (_app, Address) = (app, address);
        Channel = new(address, new SocketsHttpHandler(), TimeProvider.System);
    }

    public Uri Address { get; }

    public GrpcChannel Channel { get; }

    public static async Task<SinkServer> StartAsync(EventSink sink, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Run(node =>
            new SinkConnection(
                node.Transport, ((IPEndPoint)node.RemoteEndPoint!).Address, sink, _ => { }, node.Abort, time ?? TimeProvider.System)
                .RunAsync(CancellationToken.None))));
        var app = builder.Build();
        await app.StartAsync();
        return new(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
