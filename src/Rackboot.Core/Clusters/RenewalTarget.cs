namespace Rackboot.Core.Clusters;

/// <summary>Secrets of a cluster that can be exchanged while it runs. The CA of etcd, the cluster's id and its encryption key cannot (Talos
/// has nothing beside them that nodes would accept).</summary>
public enum RenewalTarget
{
    /// <summary>The CA of the Talos API.</summary>
    Talos,

    /// <summary>The CA of Kubernetes.</summary>
    Kubernetes,

    /// <summary>The tokens that let machines join: trustd's, and the bootstrap token of Kubernetes.</summary>
    Tokens,
}
