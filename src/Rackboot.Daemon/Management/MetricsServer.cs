using System.Net;
using Rackboot.Contracts;
using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Management;

/// <summary>Metrics and health on a port of their own, without a login: for networks that only the monitoring reaches.</summary>
internal static class MetricsServer
{
    private const int MostConnections = 256;

    /// <summary>Builds the server; the caller starts and stops it.</summary>
    public static WebApplication Build(IPEndPoint listen, StatusApi status, HealthApi health)
    {
        var builder = WebServer.Builder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(listen);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        var app = builder.Build();
        app.MapGet(ApiPaths.Metrics, () => Results.Text(status.Metrics(), MetricsText.ContentType));
        app.MapGet("/healthz", () => Results.Text("alive\n"));
        app.MapGet("/readyz", () => health.Ready(details: true));
        return app;
    }
}
