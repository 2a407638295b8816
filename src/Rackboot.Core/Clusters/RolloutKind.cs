namespace Rackboot.Core.Clusters;

/// <summary>What is upgraded.</summary>
public enum RolloutKind
{
    Talos,
    Kubernetes,
}
