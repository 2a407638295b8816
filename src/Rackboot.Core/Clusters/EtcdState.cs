namespace Rackboot.Core.Clusters;

/// <summary>The state that a control-plane machine reports for its etcd.</summary>
public enum EtcdState
{
    /// <summary>Not reported, or a worker.</summary>
    Unknown,

    /// <summary>It has no data, and waits to be bootstrapped or to join.</summary>
    Waiting,

    /// <summary>It starts or joins.</summary>
    Starting,

    /// <summary>It runs and is healthy.</summary>
    Healthy,

    /// <summary>It runs or failed, and is not healthy.</summary>
    Unhealthy,
}
