using System.Collections.Immutable;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>What must be known of a cluster after a restart. It is on disk before what it says is done.</summary>
public sealed record ClusterMemory
{
    public BootstrapMemory? Bootstrap { get; init; }

    /// <summary>The machines whose configuration for this cluster left the appliance, or was pushed to them.</summary>
    public ImmutableDictionary<MachineId, MemberMemory> Members { get; init; } = ImmutableDictionary<MachineId, MemberMemory>.Empty;

    /// <summary>The upgrade under way, or the one that stopped.</summary>
    public RolloutMemory? Rollout { get; init; }
    public DateTimeOffset? LastSnapshot { get; init; }
}

/// <summary>Which machine was told to make the cluster's etcd. There is never another one: a second would make a second cluster.</summary>
/// <param name="Done">etcd was seen running since.</param>
public sealed record BootstrapMemory(MachineId Machine, string Name, DateTimeOffset At, bool Done);

/// <summary>A machine that was given a configuration of the cluster.</summary>
/// <param name="Ran">It was seen running with it.</param>
/// <param name="Removal">Who asked for it to leave, and how; null while it stays.</param>
public sealed record MemberMemory(string Name, ClusterRole Role, DateTimeOffset Since, bool Ran = false, RemovalMemory? Removal = null);

/// <summary>An operator asked for a machine to leave the cluster.</summary>
/// <param name="Lost">The machine is gone for good: it is taken out of etcd and Kubernetes without being asked.</param>
/// <param name="Reset">The machine took the order to leave and to wipe itself.</param>
/// <param name="EtcdLeft">It is out of etcd.</param>
public sealed record RemovalMemory(string By, DateTimeOffset At, bool Lost, bool Reset = false, bool EtcdLeft = false);

/// <summary>An upgrade of all machines of a cluster, one after the other.</summary>
/// <param name="Current">The machines that were told to upgrade and are not known to have done it.</param>
/// <param name="Stopped">Why it does not go on; null while it does.</param>
public sealed record RolloutMemory(
    RolloutKind Kind, string To, DateTimeOffset Started, ImmutableDictionary<MachineId, RolloutTurn> Current, string? Stopped = null);

/// <summary>A machine was told to upgrade.</summary>
/// <param name="Component">Which part of Kubernetes; null for Talos itself.</param>
/// <param name="Accepted">It said yes. Until then it is told again: the appliance may have ended before it was asked.</param>
public sealed record RolloutTurn(DateTimeOffset Told, KubernetesComponent? Component = null, bool Accepted = false);

public enum RolloutKind
{
    Talos,
    Kubernetes,
}
