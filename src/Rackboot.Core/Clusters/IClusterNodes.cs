using System.Net;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>Talks to the nodes of a cluster over the Talos API. Every call has its own time limit.</summary>
public interface IClusterNodes
{
    /// <summary>A node's state. Never fails: an unreachable node is reported as such.</summary>
    Task<NodeReport> ReadAsync(Cluster cluster, IPAddress node, ClusterRole role, CancellationToken cancel);

    /// <summary>Pushes the configuration to a node in maintenance mode.</summary>
    /// <exception cref="ClusterNodeException">The node did not accept it.</exception>
    Task ConfigureAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel);

    /// <summary>Lets a node bootstrap etcd; succeeds if it already has.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task BootstrapAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task RemoveEtcdMemberAsync(Cluster cluster, IPAddress through, ulong member, CancellationToken cancel);

    /// <summary>Deletes the Kubernetes node of a machine; succeeds if it is already gone.</summary>
    /// <exception cref="ClusterNodeException">The Kubernetes API refused, or did not answer.</exception>
    Task DeleteNodeAsync(Cluster cluster, string machine, CancellationToken cancel);

    /// <summary>The kubelets' releases according to Kubernetes, by machine; null if the Kubernetes API does not answer.</summary>
    Task<IReadOnlyDictionary<string, string>?> KubeletsAsync(Cluster cluster, CancellationToken cancel);

    /// <summary>Updates CoreDNS, kube-proxy and the other manifests of Talos to what a control-plane node renders now.</summary>
    /// <exception cref="ClusterNodeException">The node or the Kubernetes API refused, or did not answer, or the update is in
    /// progress.</exception>
    Task SyncManifestsAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Lets a node leave the cluster and wipe itself.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task ResetAsync(Cluster cluster, IPAddress node, bool graceful, CancellationToken cancel);

    /// <summary>Upgrades a node to another Talos release and restarts it.</summary>
    /// <param name="image">The installer.</param>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task UpgradeTalosAsync(Cluster cluster, IPAddress node, string image, CancellationToken cancel);

    /// <summary>A node's running configuration.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task<SecretText> ConfigurationAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Applies a changed configuration to a running node.</summary>
    /// <param name="change">Derives it from the running one.</param>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task ReconfigureAsync(Cluster cluster, IPAddress node, Func<SecretText, SecretText> change, ApplyMode mode, CancellationToken cancel);

    /// <summary>Whether a running node would have to restart for this configuration (dry run).</summary>
    /// <exception cref="ClusterNodeException">The node refuses it, or did not answer.</exception>
    Task<bool> NeedsRestartAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel);

    /// <summary>Lets a node erase its etcd data and restart; its configuration and data disks stay.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task EmptyEtcdAsync(Cluster cluster, IPAddress node, CancellationToken cancel);

    /// <summary>Lets a node restore etcd from a snapshot; succeeds if it already has.</summary>
    /// <param name="file">The snapshot.</param>
    /// <param name="skipHashCheck">It has no checksum.</param>
    /// <exception cref="ClusterNodeException">The node refused, or did not answer.</exception>
    Task RecoverAsync(Cluster cluster, IPAddress node, string file, bool skipHashCheck, CancellationToken cancel);

    /// <summary>Saves etcd into a file, completely or not at all.</summary>
    /// <exception cref="ClusterNodeException">The node refused, or the snapshot was truncated.</exception>
    Task SnapshotAsync(Cluster cluster, IPAddress node, string file, CancellationToken cancel);
}
