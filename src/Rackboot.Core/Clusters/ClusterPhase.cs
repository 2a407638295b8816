namespace Rackboot.Core.Clusters;

/// <summary>The phases of a cluster.</summary>
public enum ClusterPhase
{
    /// <summary>No control-plane machine can be bootstrapped yet.</summary>
    BringingUp,

    /// <summary>etcd is being bootstrapped.</summary>
    Bootstrapping,

    /// <summary>It runs, but not every machine has joined and is ready.</summary>
    Joining,

    /// <summary>Every machine has joined and is ready.</summary>
    Ready,

    /// <summary>It runs, but a machine that was ready is not.</summary>
    Degraded,
    Upgrading,

    /// <summary>An upgrade or another rollout stopped, and a person must check.</summary>
    Stopped,

    /// <summary>etcd is being restored from a snapshot.</summary>
    Restoring,

    /// <summary>Running machines get a changed configuration.</summary>
    Configuring,

    /// <summary>Its CAs or tokens are being rotated.</summary>
    Rotating,
}
