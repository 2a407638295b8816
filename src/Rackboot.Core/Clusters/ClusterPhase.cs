namespace Rackboot.Core.Clusters;

/// <summary>Where a cluster stands.</summary>
public enum ClusterPhase
{
    /// <summary>No control-plane machine can be bootstrapped yet.</summary>
    BringingUp,

    /// <summary>etcd is being made.</summary>
    Bootstrapping,

    /// <summary>It runs, and not every machine is in it and ready.</summary>
    Joining,

    /// <summary>Every machine is in it and ready.</summary>
    Ready,

    /// <summary>It runs, and a machine that was ready is not.</summary>
    Degraded,
    Upgrading,

    /// <summary>An upgrade stopped, and a person has to look.</summary>
    Stopped,

    /// <summary>etcd begins anew from a snapshot.</summary>
    Restoring,
}
