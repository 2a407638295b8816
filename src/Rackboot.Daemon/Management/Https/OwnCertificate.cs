using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Core.Storage;

namespace Rackboot.Daemon.Management.Https;

/// <summary>The certificate that the appliance makes for itself when it first serves HTTPS. Clients pin it, so it stays: it is in the
/// store, encrypted, and good for ten years.</summary>
internal static class OwnCertificate
{
    private const string Key = "management";
    private const int Years = 10;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12

    /// <summary>The one in the store, or a new one.</summary>
    public static async Task<X509Certificate2> LoadAsync(IStore store, TimeProvider time)
    {
        if (store.Find(Table.Certificates, Key) is { } stored && Read(StoreJson.Read<Pem>(stored)) is var kept
            && kept.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime)
            return kept;
        var pem = Create(time.GetUtcNow());
        await store.CommitAsync([Change.Put(Table.Certificates, Key, pem)]).ConfigureAwait(false);
        return Read(pem);
    }

    private static X509Certificate2 Read(Pem pem) => X509Certificate2.CreateFromPem(pem.Certificate, pem.PrivateKey);

    private static Pem Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var host = Dns.GetHostName();
        var request = new CertificateRequest($"CN=Rackboot {host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { host, "localhost" }.Distinct())
            names.AddDnsName(name);
        foreach (var address in Addresses())
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        // Clocks of appliances and laptops differ.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        return new Pem(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static IEnumerable<IPAddress> Addresses() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)
            .Where(a => !a.IsIPv6LinkLocal).Distinct();

    private sealed record Pem(string Certificate, string PrivateKey);
}
