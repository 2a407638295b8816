using Rackboot.Talos.Configuration;

namespace Rackboot.Talos.Secrets;

/// <summary>Rotates CAs and tokens of a running cluster, step by step (siderolabs/talos pkg/rotate/pki). Each step is data: it
/// takes effect when every node runs a configuration generated from it; only then can the next step start.</summary>
public static class SecretsRenewal
{
    /// <summary>First step: a new CA is accepted; the old one still signs.</summary>
    public static bool TryBegin(
        ClusterSecrets secrets, RenewableAuthority which, TalosRelease contract, DateTimeOffset now,
        out ClusterSecrets next, out string? error)
    {
        next = secrets;
        error = Of(secrets, which) is null ? null : $"the {Name(which)} CA is already being rotated";
        if (error is not null)
            return false;
        var created = which == RenewableAuthority.Os
            ? SecretsGenerator.OsAuthority(contract, now)
            : SecretsGenerator.KubernetesAuthority(now);
        next = With(secrets, which, Current(secrets, which), new(RenewalStage.Accepting, created));
        return true;
    }

    /// <summary>Second step: the new CA signs, the old one is accepted. Third step: the old CA is removed.</summary>
    public static bool TryAdvance(ClusterSecrets secrets, RenewableAuthority which, out ClusterSecrets next, out string? error)
    {
        error = null;
        switch (Of(secrets, which))
        {
            case { Stage: RenewalStage.Accepting } renewal:
                next = With(secrets, which, renewal.Other, new(RenewalStage.Switched, Current(secrets, which)));
                return true;
            case { Stage: RenewalStage.Switched }:
                next = With(secrets, which, Current(secrets, which), null);
                return true;
            default:
                next = secrets;
                error = $"the {Name(which)} CA is not being rotated";
                return false;
        }
    }

    /// <summary>Cancels a rotation. Only the first step can be reverted; after it, advance.</summary>
    public static bool TryAbandon(ClusterSecrets secrets, RenewableAuthority which, out ClusterSecrets next, out string? error)
    {
        var renewal = Of(secrets, which);
        error = renewal switch
        {
            null => $"the {Name(which)} CA is not being rotated",
            { Stage: RenewalStage.Switched } => $"the new {Name(which)} CA already signs: finish the rotation instead of cancelling it",
            _ => null,
        };
        next = error is null ? With(secrets, which, Current(secrets, which), null) : secrets;
        return error is null;
    }

    /// <summary>New tokens for trustd and for joining kubelets. Joined nodes need neither until a worker renews its
    /// certificate, hours later: send every node its configuration soon. The cluster's id and secret, the encryption secret and etcd's CA
    /// cannot be rotated this way.</summary>
    public static ClusterSecrets WithNewTokens(ClusterSecrets secrets) =>
        secrets with { TrustdToken = SecretsGenerator.Token(), BootstrapToken = SecretsGenerator.Token() };

    private static AuthorityRenewal? Of(ClusterSecrets secrets, RenewableAuthority which) =>
        which == RenewableAuthority.Os ? secrets.OsRenewal : secrets.K8sRenewal;

    private static CertificateAndKey Current(ClusterSecrets secrets, RenewableAuthority which) =>
        which == RenewableAuthority.Os ? secrets.Os : secrets.K8s;

    private static ClusterSecrets With(
        ClusterSecrets secrets, RenewableAuthority which, CertificateAndKey current, AuthorityRenewal? renewal) =>
        which == RenewableAuthority.Os
            ? secrets with { Os = current, OsRenewal = renewal }
            : secrets with { K8s = current, K8sRenewal = renewal };

    private static string Name(RenewableAuthority which) => which == RenewableAuthority.Os ? "Talos" : "Kubernetes";
}
