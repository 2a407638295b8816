namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The secrets of a cluster that go into machine configurations, named as in talosctl's <c>secrets.yaml</c>. Certificates and keys are PEM. It prints none.</summary>
public sealed record MachineSecrets
{
    /// <summary><c>cluster.id</c></summary>
    public required string ClusterId { get; init; }

    /// <summary><c>cluster.secret</c></summary>
    public required string ClusterSecret { get; init; }

    /// <summary><c>secrets.bootstraptoken</c></summary>
    public required string BootstrapToken { get; init; }

    /// <summary><c>secrets.secretboxencryptionsecret</c></summary>
    public string? SecretboxEncryptionSecret { get; init; }

    /// <summary><c>secrets.aescbcencryptionsecret</c>, of clusters made before Talos 1.3.</summary>
    public string? AescbcEncryptionSecret { get; init; }

    /// <summary><c>trustdinfo.token</c></summary>
    public required string TrustdToken { get; init; }

    /// <summary><c>certs.etcd</c></summary>
    public required PemPair Etcd { get; init; }

    /// <summary><c>certs.k8s</c></summary>
    public required PemPair K8s { get; init; }

    /// <summary><c>certs.k8saggregator</c></summary>
    public required PemPair K8sAggregator { get; init; }

    /// <summary><c>certs.k8sserviceaccount.key</c></summary>
    public required string K8sServiceAccount { get; init; }

    /// <summary><c>certs.os</c></summary>
    public required PemPair Os { get; init; }

    /// <summary>Certificates whose signatures the Talos API takes besides those of <see cref="Os"/>, while that CA is renewed.</summary>
    public IReadOnlyList<string> OsAccepted { get; init; } = [];

    /// <summary>The same for <see cref="K8s"/>.</summary>
    public IReadOnlyList<string> K8sAccepted { get; init; } = [];

    public override string ToString() => $"the secrets of the cluster {ClusterId}";
}
