using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Contracts;

/// <summary>What people compare certificates by.</summary>
public static class Fingerprint
{
    /// <summary>SHA-256 of the certificate, as <c>openssl x509 -fingerprint -sha256</c> writes it.</summary>
    public static string Of(X509Certificate2 certificate) =>
        string.Join(':', SHA256.HashData(certificate.RawData).Select(b => Convert.ToHexString([b])));
}
