using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Talos.Api;

namespace Rackboot.Talos.Tests.Api;

/// <summary>A server in the place of a node, that answers whatever a test wants: over HTTP/2 by Kestrel, or raw bytes after the TLS
/// handshake.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private readonly IAsyncDisposable _server;

    private HostileServer(IAsyncDisposable server, int port)
    {
        _server = server;
        Port = port;
        Client = TalosClient.Connect("127.0.0.1", NodeTrust.FirstUse(), port, Deadline);
    }

    public static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(60);

    public int Port { get; }

    public TalosClient Client { get; }

    public static X509Certificate2 Certificate { get; } = SelfSigned();

    /// <summary>Answers gRPC as <paramref name="answer"/> does.</summary>
    public static async Task<HostileServer> Http2Async(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxResponseBufferSize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, options =>
            {
                options.Protocols = HttpProtocols.Http2;
                options.UseHttps(Certificate);
            });
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new(app, new Uri(addresses.Single()).Port);
    }

    /// <summary>Writes bytes after the handshake and hangs up, whatever it is asked.</summary>
    public static HostileServer Raw(byte[] bytes, bool tls = true)
    {
        var raw = new RawServer(bytes, tls);
        return new(raw, raw.Port);
    }

    /// <summary>A frame of gRPC.</summary>
    public static byte[] Frame(byte flag, uint length, params byte[] payload) =>
        [flag, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. payload];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hostile", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }

    private sealed class RawServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public RawServer(byte[] bytes, bool tls)
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _serving = ServeAsync(bytes, tls);
        }

        public int Port { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }

        private async Task ServeAsync(byte[] bytes, bool tls)
        {
            while (!_stop.IsCancellationRequested)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    Stream stream = client.GetStream();
                    if (tls)
                    {
                        var secure = new SslStream(stream);
                        await secure.AuthenticateAsServerAsync(
                            new SslServerAuthenticationOptions
                            {
                                ServerCertificate = Certificate,
                                ApplicationProtocols = [SslApplicationProtocol.Http2]
                            },
                            _stop.Token);
                        stream = secure;
                    }

                    // An answer comes after a question: else the client may find the end before it has written.
                    _ = await stream.ReadAsync(new byte[1024], _stop.Token);
                    await stream.WriteAsync(bytes, _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                    // What was asked must be read, or the kernel resets the connection and takes the answer with it.
                    client.Client.Shutdown(SocketShutdown.Send);
                    await stream.CopyToAsync(Stream.Null, _stop.Token);
                }
                catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException)
                {
                    // The client had enough.
                }
            }
        }
    }
}
