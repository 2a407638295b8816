namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A member of a simulated etcd.</summary>
internal sealed record EtcdMembership(ulong Id, TalosNode Node);
