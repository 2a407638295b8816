namespace Rackboot.Core.Clusters;

/// <summary>The decision from the observed and desired state of a cluster.</summary>
/// <param name="Steps">Steps to execute now, in this order.</param>
/// <param name="Waits">What the cluster waits for.</param>
public sealed record ClusterDecision(ClusterPhase Phase, IReadOnlyList<ClusterStep> Steps, IReadOnlyList<ClusterWait> Waits);
