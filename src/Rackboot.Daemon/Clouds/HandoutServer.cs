using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Rackboot.Core;
using Rackboot.Core.Clouds;

namespace Rackboot.Daemon.Clouds;

/// <summary>The one listener that the internet may reach. It answers <c>GET /configuration/TOKEN</c> with the configuration that the token
/// stands for, and
/// everything else with an empty 404.</summary>
internal static class HandoutServer
{
    private const int MostConnections = 64;

    /// <summary>Builds the server; the caller starts and stops it.</summary>
    /// <param name="take">The configuration for a token, and for whom; null if there is none.</param>
    public static WebApplication Build(IPEndPoint listen, HandoutCertificate certificate, Func<string, string, Task<Secret?>> take,
        TimeProvider time)
    {
        var builder = WebServer.Builder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxRequestLineSize = 256;
            kestrel.Limits.MaxRequestBufferSize = 8 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 4 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(5);
            kestrel.Listen(listen, options =>
            {
                options.Protocols = HttpProtocols.Http1;
                options.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = TimeSpan.FromSeconds(10),
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificate.Current,
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    }),
                });
            });
        });
        var app = builder.Build();
        var pace = new HandoutPace(time);
        app.Run(http => AnswerAsync(http, pace, take));
        return app;
    }

    private static async Task AnswerAsync(HttpContext http, HandoutPace pace, Func<string, string, Task<Secret?>> take)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Connection = "close";
        if (http.Connection.RemoteIpAddress is not { } from || !pace.Lets(from))
        {
            http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            return;
        }

        var given = http.Request is { Method: "GET", QueryString.HasValue: false } && http.Request.Path.Value is { } path
            && path.StartsWith($"/{ConfigurationTokens.Path}/", StringComparison.Ordinal)
                ? await take(path[(ConfigurationTokens.Path.Length + 2)..], from.ToString()) : null;
        if (given is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "application/yaml";
        http.Response.ContentLength = given.Length;
        await http.Response.Body.WriteAsync(given.Reveal());
    }
}
