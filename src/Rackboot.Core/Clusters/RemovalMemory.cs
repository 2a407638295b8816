namespace Rackboot.Core.Clusters;

/// <summary>An operator's order to remove a machine from the cluster.</summary>
/// <param name="Lost">The machine is gone for good: it is removed from etcd and Kubernetes without contacting it.</param>
/// <param name="Reset">The machine accepted the order to leave and wipe itself.</param>
/// <param name="EtcdLeft">It is no longer a member of etcd.</param>
public sealed record RemovalMemory(string By, DateTimeOffset At, bool Lost, bool Reset = false, bool EtcdLeft = false);
