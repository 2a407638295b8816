using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;

namespace Rackboot.Tests.Shared;

/// <summary>The event sink under Kestrel, in clear text, as nodes dial it.</summary>
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

    public static async Task<SinkServer> StartAsync(EventSink sink)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, o => o.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapPost(EventSink.Path, async context =>
        {
            var answer = await sink.PublishAsync(
                context.Connection.RemoteIpAddress!, context.Request.ContentType, context.Request.Body, context.RequestAborted);
            context.Response.StatusCode = answer.HttpStatus;
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", ((int)answer.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(answer.Message));
        });
        await app.StartAsync();
        return new(app, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
