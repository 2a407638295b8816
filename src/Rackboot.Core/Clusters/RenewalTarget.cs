namespace Rackboot.Core.Clusters;

/// <summary>Secrets that can be rotated in a running cluster. The CA of etcd, the cluster's id and its encryption key cannot (in Talos
/// nodes accept no second one).</summary>
public enum RenewalTarget
{
    /// <summary>The CA of the Talos API.</summary>
    Talos,

    /// <summary>The CA of Kubernetes.</summary>
    Kubernetes,

    /// <summary>The join tokens: trustd's, and the bootstrap token of Kubernetes.</summary>
    Tokens,
}
