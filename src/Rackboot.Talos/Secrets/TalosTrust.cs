using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Talos.Secrets;

/// <summary>Which certificates a cluster's Talos API is known by.</summary>
public static class TalosTrust
{
    /// <summary>Trusts these authorities and nothing of the system's.</summary>
    /// <param name="authorities">PEM: the os CA and those accepted beside it.</param>
    /// <param name="at">The time to judge by; null takes this machine's clock when the chain is built.</param>
    public static X509ChainPolicy Policy(IEnumerable<string> authorities, DateTimeOffset? at = null)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        if (at is not null)
            (policy.VerificationTime, policy.VerificationTimeIgnored) = (at.Value.UtcDateTime, false);
        foreach (var pem in authorities)
            policy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(pem));
        return policy;
    }
}
