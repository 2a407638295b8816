namespace Rackboot.Core.Clusters;

/// <summary>A machine's role in its cluster.</summary>
public enum ClusterRole
{
    /// <summary>It runs etcd and the Kubernetes control plane.</summary>
    ControlPlane,

    Worker,
}
