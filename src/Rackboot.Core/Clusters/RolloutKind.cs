namespace Rackboot.Core.Clusters;

/// <summary>The kinds of rollouts.</summary>
public enum RolloutKind
{
    Talos,
    Kubernetes,

    /// <summary>A changed configuration.</summary>
    Configuration,
}
