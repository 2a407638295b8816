namespace Rackboot.Core.Clusters;

/// <summary>How often etcd is saved, and how many snapshots are kept.</summary>
public sealed record SnapshotRule(TimeSpan Every, int Keep);
