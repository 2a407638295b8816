namespace Rackboot.Core.Clusters;

/// <summary>An operator asked for a machine to leave the cluster.</summary>
/// <param name="Lost">The machine is gone for good: it is taken out of etcd and Kubernetes without being asked.</param>
/// <param name="Reset">The machine took the order to leave and to wipe itself.</param>
/// <param name="EtcdLeft">It is out of etcd.</param>
public sealed record RemovalMemory(string By, DateTimeOffset At, bool Lost, bool Reset = false, bool EtcdLeft = false);
