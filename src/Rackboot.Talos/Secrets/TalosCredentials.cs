namespace Rackboot.Talos.Secrets;

/// <summary>The credentials of a Talos API client: the only cluster secrets that it needs.</summary>
/// <param name="Client">Its certificate.</param>
/// <param name="Authorities">PEM certificates of the CAs that sign the nodes' certificates.</param>
public sealed record TalosCredentials(CertificateAndKey Client, IReadOnlyList<string> Authorities)
{
    /// <summary>Issues a client certificate. Returns false with the reason if the cluster's CA cannot sign one.</summary>
    public static bool TryMint(
        ClusterSecrets secrets, IReadOnlyCollection<TalosRole> roles, TimeSpan lifetime, DateTimeOffset now,
        out TalosCredentials? credentials, out string? error)
    {
        credentials = ClientConfigs.TryMintCertificate(secrets, roles, lifetime, now, out var client, out error)
            ? new(client!, [secrets.Os.Certificate, .. secrets.OsAccepted])
            : null;
        return credentials is not null;
    }
}
