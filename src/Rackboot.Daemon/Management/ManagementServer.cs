using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Rackboot.Contracts;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Management.Https;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Management;

/// <summary>The web server of the management plane: the REST API of all parts, on a Unix socket, and on the network if that is
/// wanted.</summary>
internal static class ManagementServer
{
    private const int MostBodyBytes = 4 * 1024 * 1024;
    private const int MostStreams = 32; // of one HTTP/2 connection

    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Builds the server; the caller starts and stops it.</summary>
    public static WebApplication Build(
        string socketPath, HttpsListener? https, Door door, IReadOnlyList<IPart> parts, ILoggerFactory logs)
    {
        var builder = WebServer.Builder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.Services.AddOpenApi("v1", ApiDocument.Configure);
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // RequestProblems answers it
        builder.Services.ConfigureHttpJsonOptions(json => Document.Configure(json.SerializerOptions));
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = Bind);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(socketPath);
            https?.Add(kestrel);
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MostStreams;
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Use(Representations.HeadAsync);
        app.UseRouting();
        app.Use(door.InvokeAsync);
        app.Use(new Representations().InvokeAsync);
        app.Use(RequestProblems.InvokeAsync);
        app.Use(new QueryCheck().InvokeAsync);
        app.Use(StoreRefusal.InvokeAsync);
        app.MapOpenApi("/openapi/{documentName}.json").Needs(AccessRole.Viewer, Reach.Shared);
        foreach (var part in parts)
            part.MapManagement(app);
        return app;
    }

    // The Unix socket's mode is its only access control. Nobody can connect before Kestrel listens, which is after this. (A file mode
    // creation mask is the whole process's: directories that others made meanwhile could not be entered.)
    private static Socket Bind(EndPoint end)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(end);
        if (end is UnixDomainSocketEndPoint)
            File.SetUnixFileMode(end.ToString()!, OwnerAndGroup);
        return socket;
    }
}
