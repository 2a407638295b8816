namespace Rackboot.Core.Clusters;

/// <summary>A member of etcd as the cluster lists it.</summary>
/// <param name="Hostname">The name of its machine.</param>
/// <param name="Learner">It has no vote yet.</param>
public sealed record EtcdMember(ulong Id, string Hostname, bool Learner);
