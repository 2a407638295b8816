namespace Rackboot.Core.Clusters;

/// <summary>A cluster as it was looked at last, and what followed from it.</summary>
public sealed record ClusterView(ClusterObservation Seen, ClusterDecision Decision, DateTimeOffset At);
