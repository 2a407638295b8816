using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Api;

/// <summary>Verifies a node's certificate and chooses ours: for a cluster member, the cluster's CA and a client certificate; for
/// a machine in maintenance mode, its fingerprint and no client certificate. Create one for every node.</summary>
public sealed class NodeTrust
{
    private readonly TalosCredentials? _credentials;
    private readonly TimeProvider _time;
    private volatile string? _fingerprint;
    private volatile string? _refusal;
    private volatile bool _heard;

    private NodeTrust(TalosCredentials? credentials, string? fingerprint, TimeProvider time) =>
        (_credentials, _fingerprint, _time) = (credentials, fingerprint, time);

    /// <summary>In maintenance mode: the trusted fingerprint, base64 of the SHA-256 of the node's public key, as in <c>talosctl
    /// --cert-fingerprint</c> (siderolabs/crypto x509/fingerprint.go). Null before the first connection.</summary>
    public string? Fingerprint => _fingerprint;

    /// <summary>Why we refused the last connection; null if we did not.</summary>
    internal string? Refusal => _refusal;

    /// <summary>Whether the node sent anything after the latest TLS handshake.</summary>
    internal bool Heard => _heard;

    /// <summary>Trusts nodes of this cluster at the dialled address.</summary>
    public static NodeTrust Cluster(TalosCredentials credentials, TimeProvider? time = null) =>
        new(credentials, null, time ?? TimeProvider.System);

    /// <summary>Maintenance mode: trusts the first certificate, and then only that one.</summary>
    /// <param name="fingerprint">The known fingerprint; null for none.</param>
    public static NodeTrust FirstUse(string? fingerprint = null) => new(null, fingerprint, TimeProvider.System);

    /// <summary>The fingerprint of a certificate.</summary>
    public static string FingerprintOf(X509Certificate2 certificate) =>
        Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    internal SslClientAuthenticationOptions Options(string host) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateContext = _credentials is null
            ? null
            : SslStreamCertificateContext.Create(
                X509Certificate2.CreateFromPem(_credentials.Client.Certificate, _credentials.Client.Key.Reveal()), null, offline: true),
        RemoteCertificateValidationCallback = (_, certificate, _, errors) => Believe(certificate as X509Certificate2, errors),
    };

    /// <summary>A connection after its TLS handshake.</summary>
    internal Stream Listen(Stream connection)
    {
        _heard = false;
        return new HeardStream(connection, () => _heard = true);
    }

    private bool Believe(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        _refusal = certificate is null ? "the node sent no certificate"
            : _credentials is null ? JudgeFingerprint(certificate)
            : JudgeChain(certificate, errors);
        return _refusal is null;
    }

    private string? JudgeFingerprint(X509Certificate2 certificate)
    {
        var seen = FingerprintOf(certificate);
        var known = Interlocked.CompareExchange(ref _fingerprint, seen, null) ?? seen;
        return seen == known
            ? null
            : $"its certificate has the fingerprint {seen}, not the known {known}: "
                + "the machine was restarted, or another one has its address";
    }

    private string? JudgeChain(X509Certificate2 certificate, SslPolicyErrors errors)
    {
        var now = _time.GetUtcNow();
        using var chain = new X509Chain();
        chain.ChainPolicy = TalosTrust.Policy(_credentials!.Authorities, now);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (!chain.Build(certificate))
            return chain.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid)
                ? $"its certificate is valid from {Time(certificate.NotBefore)} to {Time(certificate.NotAfter)}, "
                    + $"but the time here is {Time(now.UtcDateTime)}: compare the clocks of both"
                : "this cluster's CA did not sign its certificate: the machine belongs to another cluster, or is in maintenance mode";
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? "its certificate is from this cluster but for other addresses: two machines may share this address"
            : null;
    }

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'");
}
