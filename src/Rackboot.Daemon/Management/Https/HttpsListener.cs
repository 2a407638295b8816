using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Rackboot.Daemon.Authentication;

namespace Rackboot.Daemon.Management.Https;

/// <summary>The management API's port on the network: TLS 1.2 and 1.3, HTTP/1.1 and 2, bounded connections.</summary>
internal sealed class HttpsListener(ServedCertificate certificate, ClientCertificates? clients, System.Net.IPEndPoint listen)
{
    private const int MostConnections = 1024;
    private const int MostConnectionsOfOneSource = 128;

    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);

    public ServedCertificate Certificate => certificate;

    public ConnectionLimit Limit { get; } = new(
        Descriptors.For(MostConnections, Descriptors.OfManagement), MostConnectionsOfOneSource);

    public void Add(KestrelServerOptions kestrel) => kestrel.Listen(listen, port =>
    {
        port.Protocols = HttpProtocols.Http1AndHttp2;
        port.Use(Limit.Then);
        port.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = Handshake, OnConnection = _ => new(Options()) });
        port.Use(Limit.Greeted);
    });

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = certificate.Context ?? throw new AuthenticationException("there is no certificate"),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateRequired = clients is not null,
        RemoteCertificateValidationCallback = clients is null ? null : (_, shown, _, errors) => clients.IsAllowed(shown, errors),
    };
}
