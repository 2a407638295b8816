namespace Rackboot.Core.Clusters;

/// <summary>What a control-plane machine says of its own etcd.</summary>
public enum EtcdState
{
    /// <summary>It did not say, or is a worker.</summary>
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
