using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Http;

namespace Rackboot.Transfer;

/// <summary>HTTP to the world outside the rack: through a proxy, and with a private certificate authority, where the site has
/// them.</summary>
public static class OutboundHttp
{
    /// <summary>A client with no time limit of its own: each transfer has limits.</summary>
    /// <param name="proxy">Null takes what the environment says (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</param>
    /// <param name="authorities">Certificate authorities to trust beside those of the system.</param>
    public static HttpClient Create(Uri? proxy = null, X509Certificate2Collection? authorities = null)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(30),
            ConnectCallback = OutboundConnection.OpenAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxAutomaticRedirections = 10,
            AutomaticDecompression = DecompressionMethods.None, // a checksum is one of the bytes as they are stored
        };
        if (proxy is not null)
            (handler.Proxy, handler.UseProxy) = (new WebProxy(proxy), true);
        if (authorities is { Count: > 0 })
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                IsTrusted(certificate, chain, errors, authorities);
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("rackboot");
        return http;
    }

    /// <summary>The certificates of the PEM file <paramref name="path"/>.</summary>
    /// <exception cref="IOException">It cannot be read or holds none; the message says so.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"{path} cannot be read as certificates: {e.Message}", e);
        }

        return authorities.Count > 0
            ? authorities : throw new IOException($"{path} holds no certificate; it is a PEM file with -----BEGIN CERTIFICATE-----");
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors,
        X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        return own.Build(leaf);
    }
}
