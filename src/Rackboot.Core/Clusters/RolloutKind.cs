namespace Rackboot.Core.Clusters;

/// <summary>What is brought to every machine.</summary>
public enum RolloutKind
{
    Talos,
    Kubernetes,

    /// <summary>A changed configuration.</summary>
    Configuration,
}
