using Rackboot.Talos.Configuration;

namespace Rackboot.Talos.Secrets;

/// <summary>Exchanges CAs and tokens of a running cluster, a step at a time (siderolabs/talos pkg/rotate/pki). Each step is data: it
/// takes effect when every node runs a configuration made from it, and the next step may come only then.</summary>
public static class SecretsRenewal
{
    /// <summary>First step: a new CA is accepted beside the old one, which goes on signing.</summary>
    public static bool TryBegin(
        ClusterSecrets secrets, RenewableAuthority which, TalosRelease contract, DateTimeOffset now,
        out ClusterSecrets next, out string? error)
    {
        next = secrets;
        error = Of(secrets, which) is null ? null : $"a renewal of the {Name(which)} CA is already under way";
        if (error is not null)
            return false;
        var created = which == RenewableAuthority.Os
            ? SecretsGenerator.OsAuthority(contract, now)
            : SecretsGenerator.KubernetesAuthority(now);
        next = With(secrets, which, Current(secrets, which), new(RenewalStage.Accepting, created));
        return true;
    }

    /// <summary>Second step: the new CA signs, the old one is accepted. Third step: the old one is gone.</summary>
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
                error = $"no renewal of the {Name(which)} CA is under way";
                return false;
        }
    }

    /// <summary>Gives a renewal up. Only the first step can be taken back so; after it, advance.</summary>
    public static bool TryAbandon(ClusterSecrets secrets, RenewableAuthority which, out ClusterSecrets next, out string? error)
    {
        var renewal = Of(secrets, which);
        error = renewal switch
        {
            null => $"no renewal of the {Name(which)} CA is under way",
            { Stage: RenewalStage.Switched } => $"the new {Name(which)} CA already signs: end the renewal instead of giving it up",
            _ => null,
        };
        next = error is null ? With(secrets, which, Current(secrets, which), null) : secrets;
        return error is null;
    }

    /// <summary>New tokens for trustd and for kubelets that join. Nodes that have joined need neither until a worker renews its
    /// certificate, hours later: give every node its configuration soon. The cluster's id and secret, the encryption secret and etcd's CA
    /// cannot be exchanged so.</summary>
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
