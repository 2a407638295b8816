using System.Net;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>Speaks to the nodes of a cluster over the Talos API. Every call has a time limit of its own.</summary>
public interface IClusterNodes
{
    /// <summary>How a node is. Never fails: a node that cannot be asked is reported so.</summary>
    Task<NodeReport> ReadAsync(Cluster cluster, IPAddress node, ClusterRole role, CancellationToken cancel);

    /// <summary>Gives its configuration to a node in maintenance mode.</summary>
    /// <exception cref="ClusterNodeException">The node did not take it.</exception>
    Task ConfigureAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel);

    /// <summary>Has a node make the cluster's etcd; one that has made it already counts as done.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task BootstrapAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task RemoveEtcdMemberAsync(Cluster cluster, IPAddress through, ulong member, CancellationToken cancel);

    /// <summary>Deletes the Kubernetes node of a machine; one that is gone counts as deleted.</summary>
    /// <exception cref="ClusterNodeException">The Kubernetes API refused, or did not answer.</exception>
    Task DeleteNodeAsync(Cluster cluster, string machine, CancellationToken cancel);

    /// <summary>The releases of the kubelets as Kubernetes knows them, by machine; null if the Kubernetes API does not answer.</summary>
    Task<IReadOnlyDictionary<string, string>?> KubeletsAsync(Cluster cluster, CancellationToken cancel);

    /// <summary>Brings CoreDNS, kube-proxy and what else Talos puts into a cluster to what a control-plane node renders now.</summary>
    /// <exception cref="ClusterNodeException">The node or the Kubernetes API refused, or did not answer, or it is under way.</exception>
    Task SyncManifestsAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Has a node leave the cluster and wipe itself.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task ResetAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Brings a node to another Talos release and restarts it.</summary>
    /// <param name="image">The installer.</param>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task UpgradeTalosAsync(Cluster cluster, IPAddress node, string image, CancellationToken cancel);

    /// <summary>What a node runs.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task<SecretText> ConfigurationAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Gives a running node a changed configuration.</summary>
    /// <param name="change">Makes it from the one that runs.</param>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task ReconfigureAsync(Cluster cluster, IPAddress node, Func<SecretText, SecretText> change, ApplyMode mode, CancellationToken cancel);

    /// <summary>Whether a running node would have to restart for this configuration. Nothing changes on it.</summary>
    /// <exception cref="ClusterNodeException">The node refuses it, or did not answer.</exception>
    Task<bool> NeedsRestartAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel);

    /// <summary>Has a node forget its etcd and restart; its configuration and its disk stay.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task EmptyEtcdAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Has a node make the cluster's etcd from a snapshot; one that has made it already counts as done.</summary>
    /// <param name="file">The snapshot.</param>
    /// <param name="skipHashCheck">It ends without a checksum.</param>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task RecoverAsync(Cluster cluster, IPAddress node, string file, bool skipHashCheck, CancellationToken cancel);

    /// <summary>Saves etcd into a file; it is there whole or not at all.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or the snapshot was cut short.</exception>
    Task SnapshotAsync(Cluster cluster, IPAddress node, string file, CancellationToken cancel);
}
