using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Talos.Secrets;

/// <summary>A CA of a cluster, ready to sign. Holds the private key in memory until disposed.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Lifetime of a CA: 87,600 hours, as in Talos.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(87_600);

    /// <summary>How far validity is backdated, so that a machine with a slow clock accepts a certificate at once.</summary>
    public static readonly TimeSpan Backdated = TimeSpan.FromHours(1);

    private const X509KeyUsageFlags CaUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly SigningKey _key;

    private CertificateAuthority(X509Certificate2 certificate, SigningKey key)
    {
        Certificate = certificate;
        _key = key;
    }

    /// <summary>The CA's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Creates a self-signed CA like Talos's own (siderolabs/crypto x509/certificate_authority.go).</summary>
    /// <param name="organization"><c>etcd</c>, <c>kubernetes</c>, <c>talos</c>; null for the aggregation layer, whose subject is
    /// empty.</param>
    /// <param name="ed25519">For Talos before 1.11, whose workers always request Ed25519 certificates; else ECDSA
    /// P-256.</param>
    public static CertificateAndKey Create(string? organization, DateTimeOffset now, bool ed25519 = false)
    {
        var builder = new X500DistinguishedNameBuilder();
        if (organization is not null)
            builder.AddOrganizationName(organization);
        using var key = ed25519 ? SigningKey.NewEd25519() : SigningKey.NewP256();
        var request = new CertificateRequest(builder.Build(), key.Public, key.Hash);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(CaUsage, critical: true));
        request.CertificateExtensions.Add(ExtendedUsage(ServerAuthentication, ClientAuthentication));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(RandomNumberGenerator.GetBytes(20), critical: false));
        using var certificate = request.Create(builder.Build(), key.Generator, now - Backdated, now + Lifetime, SerialNumber());
        return new(Pem(certificate), new SecretText(key.Pem));
    }

    /// <summary>Loads a CA. Returns false with the reason if certificate and key cannot be read or do not match.</summary>
    public static bool TryLoad(CertificateAndKey pair, out CertificateAuthority? authority, out string? error)
    {
        authority = null;
        if (!TryReadCertificate(pair.Certificate, out var certificate, out error))
            return false;
        if (!SigningKey.TryRead(pair.Key, out var key, out error) || !Matches(certificate!, key!, out error))
        {
            certificate!.Dispose();
            key?.Dispose();
            return false;
        }

        authority = new(certificate!, key!);
        return true;
    }

    /// <summary>Reads one PEM certificate. Returns false with the reason if it is invalid.</summary>
    public static bool TryReadCertificate(string pem, out X509Certificate2? certificate, out string? error)
    {
        certificate = null;
        error = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem);
            return true;
        }
        catch (CryptographicException)
        {
            error = "the certificate is not a PEM X.509 certificate";
            return false;
        }
    }

    /// <summary>Issues a client certificate with a new P-256 key. It never outlives the CA.</summary>
    /// <param name="commonName">CN, or null for none.</param>
    /// <param name="organizations">One O each.</param>
    /// <param name="keyEncipherment">Whether the key usage includes it besides digital signature (Kubernetes' certificates do, Talos's do
    /// not).</param>
    public CertificateAndKey IssueClient(
        string? commonName, IEnumerable<string> organizations, DateTimeOffset now, TimeSpan lifetime, bool keyEncipherment = false)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var organization in organizations)
            subject.AddOrganizationName(organization);
        if (commonName is not null)
            subject.AddCommonName(commonName);
        var usage = X509KeyUsageFlags.DigitalSignature | (keyEncipherment ? X509KeyUsageFlags.KeyEncipherment : 0);
        return Issue(subject.Build(), usage, ClientAuthentication, names: null, now, lifetime);
    }

    /// <summary>Issues a server certificate with a new P-256 key, like apid's from trustd and control planes.</summary>
    public CertificateAndKey IssueServer(string commonName, SubjectAlternativeNameBuilder names, DateTimeOffset now, TimeSpan lifetime)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(commonName);
        return Issue(subject.Build(), X509KeyUsageFlags.DigitalSignature, ServerAuthentication, names, now, lifetime);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private CertificateAndKey Issue(
        X500DistinguishedName subject, X509KeyUsageFlags usage, string extended, SubjectAlternativeNameBuilder? names,
        DateTimeOffset now, TimeSpan lifetime)
    {
        using var key = SigningKey.NewP256();
        var request = new CertificateRequest(subject, key.Public, key.Hash);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(ExtendedUsage(extended));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        if (Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } issuer)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer));
        if (names is not null)
            request.CertificateExtensions.Add(names.Build());
        var end = now + lifetime;
        var last = new DateTimeOffset(Certificate.NotAfter.ToUniversalTime());
        end = end < last ? end : last;
        using var issued = request.Create(Certificate.SubjectName, _key.Generator, now - Backdated, end, SerialNumber());
        return new(Pem(issued), new SecretText(key.Pem));
    }

    private static bool Matches(X509Certificate2 certificate, SigningKey key, out string? error)
    {
        error = certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.Public.ExportSubjectPublicKeyInfo())
            ? null
            : "the key does not match the certificate";
        return error is null;
    }

    private static X509EnhancedKeyUsageExtension ExtendedUsage(params string[] usages)
    {
        var oids = new OidCollection();
        foreach (var usage in usages)
            oids.Add(new Oid(usage));
        return new(oids, critical: false);
    }

    // 128 random bits, positive (RFC 5280 §4.1.2.2).
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40);
        return serial;
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";
}
