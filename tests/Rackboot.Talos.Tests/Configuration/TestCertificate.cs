using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>A certificate with its key, made for one run.</summary>
internal static class TestCertificate
{
    static TestCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("O=test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        (Pem, Key) = (certificate.ExportCertificatePem() + "\n", key.ExportECPrivateKeyPem() + "\n");
    }

    public static string Pem { get; }

    public static string Key { get; }
}
