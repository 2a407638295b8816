namespace Rackboot.Core.Clusters;

/// <summary>What follows from how a cluster is and how it should be.</summary>
/// <param name="Steps">To be carried out now, in this order.</param>
/// <param name="Waits">What is waited for.</param>
public sealed record ClusterDecision(ClusterPhase Phase, IReadOnlyList<ClusterStep> Steps, IReadOnlyList<ClusterWait> Waits);
