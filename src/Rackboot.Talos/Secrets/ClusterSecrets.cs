namespace Rackboot.Talos.Secrets;

/// <summary>The identity of a Talos cluster: every secret from which its machine configurations are generated, named as in
/// talosctl's <c>secrets.yaml</c> (siderolabs/talos pkg/machinery/config/generate/secrets). ToString shows no secret.</summary>
public sealed record ClusterSecrets
{
    /// <summary><c>cluster.id</c>: base64 of 32 random bytes; identifies the cluster to the discovery service.</summary>
    public required string ClusterId { get; init; }

    /// <summary><c>cluster.secret</c>: base64 of 32 random bytes; encrypts the data for the discovery service.</summary>
    public required SecretText ClusterSecret { get; init; }

    /// <summary><c>secrets.bootstraptoken</c>, <c>cluster.token</c> in a machine configuration: <c>[0-9a-z]{6}.[0-9a-z]{16}</c>; lets a
    /// kubelet join.</summary>
    public required SecretText BootstrapToken { get; init; }

    /// <summary><c>secrets.secretboxencryptionsecret</c>: base64 of 32 bytes; encrypts Kubernetes' secrets in etcd. Contracts before 1.3
    /// have <see cref="AescbcEncryptionSecret"/> instead; a cluster has exactly one of them.</summary>
    public SecretText? SecretboxEncryptionSecret { get; init; }

    /// <summary><c>secrets.aescbcencryptionsecret</c> of contracts before 1.3.</summary>
    public SecretText? AescbcEncryptionSecret { get; init; }

    /// <summary><c>trustdinfo.token</c>, <c>machine.token</c> in a machine configuration: lets a worker ask trustd for its
    /// certificate.</summary>
    public required SecretText TrustdToken { get; init; }

    /// <summary><c>certs.etcd</c>: the CA of etcd's members.</summary>
    public required CertificateAndKey Etcd { get; init; }

    /// <summary><c>certs.k8s</c>: the CA of Kubernetes.</summary>
    public required CertificateAndKey K8s { get; init; }

    /// <summary><c>certs.k8saggregator</c>: the CA of Kubernetes' aggregation layer.</summary>
    public required CertificateAndKey K8sAggregator { get; init; }

    /// <summary><c>certs.k8sserviceaccount.key</c>: the PEM key that signs service account tokens.</summary>
    public required SecretText K8sServiceAccount { get; init; }

    /// <summary><c>certs.os</c>: the CA of the Talos API.</summary>
    public required CertificateAndKey Os { get; init; }

    /// <summary>The running rotation of <see cref="Os"/>; null if none.</summary>
    public AuthorityRenewal? OsRenewal { get; init; }

    /// <summary>The running rotation of <see cref="K8s"/>; null if none.</summary>
    public AuthorityRenewal? K8sRenewal { get; init; }

    /// <summary><c>machine.acceptedCAs</c>: PEM certificates of the CAs that every node accepts besides <see cref="Os"/>.</summary>
    public IReadOnlyList<string> OsAccepted => OsRenewal is null ? [] : [OsRenewal.Other.Certificate];

    /// <summary><c>cluster.acceptedCAs</c>, besides <see cref="K8s"/>.</summary>
    public IReadOnlyList<string> K8sAccepted => K8sRenewal is null ? [] : [K8sRenewal.Other.Certificate];
}
