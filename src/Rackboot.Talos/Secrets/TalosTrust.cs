using System.Security.Cryptography.X509Certificates;

namespace Rackboot.Talos.Secrets;

/// <summary>The certificates that identify a cluster's Talos API.</summary>
public static class TalosTrust
{
    /// <summary>Trusts these authorities and none of the system's.</summary>
    /// <param name="authorities">PEM: the os CA and the accepted CAs.</param>
    /// <param name="at">The verification time; null for the clock at the time of verification.</param>
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
