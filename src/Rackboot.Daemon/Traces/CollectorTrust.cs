using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Daemon.Traces;

/// <summary>Connections to a collector whose certificate an authority of the site signed.</summary>
internal static class CollectorTrust
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    /// <param name="authority">PEM file of the authorities; null: those of this host.</param>
    public static SocketsHttpHandler Handler(string? authority)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectWithin, UseProxy = false, AllowAutoRedirect = false };
        if (authority is null)
            return handler;
        // As it is now: read for each connection, it may be replaced.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            certificate is X509Certificate2 shown && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == 0
                && IsSigned(shown, chain, authority);
        return handler;
    }

    private static bool IsSigned(X509Certificate2 shown, X509Chain? others, string authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
        if (others is not null)
            chain.ChainPolicy.ExtraStore.AddRange(others.ChainPolicy.ExtraStore);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(shown);
    }
}
