using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rackboot.Core.Network;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Boots;
using Rackboot.Talos.Events;

namespace Rackboot.Daemon.Clusters;

/// <summary>Serves <c>talos.events.sink</c> on the boot network: HTTP/2 in clear text, as Talos dials it.</summary>
internal static class EventSinkServer
{
    private const int MostConnections = 8192;
    private const int MostOfOneSource = 16;
    private const long MostBodyBytes = 1024 * 1024 + 5; // a message and the head of its frame

    /// <summary>Creates the server; the caller runs it.</summary>
    public static WebApplication Build(EventSink sink, BootAddresses own, int port, Counters counters, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(
            new ConnectionPlaces(MostConnections, MostOfOneSource, () => counters.Add("events.connections gave way")));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(new BootEndPoint(own, port), listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 8;
        });
        var app = builder.Build();
        app.MapPost(EventSink.Path, async context =>
        {
            var answer = await sink.PublishAsync(
                context.Connection.RemoteIpAddress!, context.Request.ContentType, context.Request.Body, context.RequestAborted);
            counters.Add($"events.{(answer.HttpStatus == 200 ? answer.Code.ToString().ToLowerInvariant() : "refused")}");
            context.Response.StatusCode = answer.HttpStatus;
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
            context.Response.AppendTrailer("grpc-status", ((int)answer.Code).ToString(CultureInfo.InvariantCulture));
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(answer.Message));
        });
        return app;
    }
}
