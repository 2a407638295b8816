using System.Security.Cryptography;
using Rackboot.Talos.Configuration;

namespace Rackboot.Talos.Secrets;

/// <summary>Generates the secrets of a new cluster (siderolabs/talos pkg/machinery/config/generate/secrets).</summary>
public static class SecretsGenerator
{
    /// <summary>Generates all secrets. 4,096-bit RSA keys take a second or more.</summary>
    public static ClusterSecrets Generate(TalosRelease contract, DateTimeOffset now)
    {
        var encryption = new SecretText(Random32());
        var id = Random32();
        return new()
        {
            // Base64 with the URL's alphabet until 1.14 (pkg/machinery/config/types/cluster/discovery_identity.go).
            ClusterId = contract >= new TalosRelease(1, 14) ? id : id.Replace('+', '-').Replace('/', '_'),
            ClusterSecret = new(Random32()),
            BootstrapToken = Token(),
            TrustdToken = Token(),
            SecretboxEncryptionSecret = contract > new TalosRelease(1, 2) ? encryption : null,
            AescbcEncryptionSecret = contract > new TalosRelease(1, 2) ? null : encryption,
            Etcd = CertificateAuthority.Create("etcd", now),
            K8s = KubernetesAuthority(now),
            K8sAggregator = CertificateAuthority.Create(null, now),
            K8sServiceAccount = ServiceAccountKey(contract),
            Os = OsAuthority(contract, now),
        };
    }

    /// <summary>The CA of the Talos API: P-256, which every node accepts from 1.11 on; before, workers always request Ed25519
    /// certificates.</summary>
    internal static CertificateAndKey OsAuthority(TalosRelease contract, DateTimeOffset now) =>
        CertificateAuthority.Create("talos", now, ed25519: contract < new TalosRelease(1, 11));

    internal static CertificateAndKey KubernetesAuthority(DateTimeOffset now) => CertificateAuthority.Create("kubernetes", now);

    /// <summary><c>[0-9a-z]{6}.[0-9a-z]{16}</c>.</summary>
    internal static SecretText Token()
    {
        const string Characters = "0123456789abcdefghijklmnopqrstuvwxyz";
        return new($"{RandomNumberGenerator.GetString(Characters, 6)}.{RandomNumberGenerator.GetString(Characters, 16)}");
    }

    private static SecretText ServiceAccountKey(TalosRelease contract)
    {
        if (contract < new TalosRelease(1, 7))
        {
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new(ec.ExportECPrivateKeyPem() + "\n");
        }

        using var rsa = RSA.Create(4096);
        return new(rsa.ExportRSAPrivateKeyPem() + "\n");
    }

    private static string Random32() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
