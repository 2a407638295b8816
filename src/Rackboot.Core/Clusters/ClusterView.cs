namespace Rackboot.Core.Clusters;

/// <summary>The last observation of a cluster, and the decision from it.</summary>
public sealed record ClusterView(ClusterObservation Seen, ClusterDecision Decision, DateTimeOffset At);
