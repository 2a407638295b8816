namespace Rackboot.Core.Clusters;

/// <summary>What a machine does in its cluster.</summary>
public enum ClusterRole
{
    /// <summary>It runs etcd and the Kubernetes control plane.</summary>
    ControlPlane,

    Worker,
}
