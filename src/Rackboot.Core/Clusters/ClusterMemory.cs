using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>A cluster's durable memory. It is on disk before the step that it records.</summary>
public sealed record ClusterMemory
{
    public BootstrapMemory? Bootstrap { get; init; }

    /// <summary>The machines that fetched their configuration for this cluster, or got it pushed.</summary>
    public ImmutableDictionary<MachineId, MemberMemory> Members { get; init; } = ImmutableDictionary<MachineId, MemberMemory>.Empty;

    /// <summary>The machines that an operator removed. They stay out of the cluster, though their labels match, until they are armed
    /// again or their labels change.</summary>
    public ImmutableHashSet<MachineId> Removed { get; init; } = [];

    /// <summary>The running or stopped upgrade.</summary>
    public RolloutMemory? Rollout { get; init; }

    /// <summary>The running restore of etcd.</summary>
    public RestoreMemory? Restore { get; init; }

    /// <summary>The running rotation of secrets.</summary>
    public RenewalMemory? Renewal { get; init; }

    /// <summary>How often the secrets were rotated.</summary>
    public long SecretsVersion { get; init; }
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <summary>The inputs of the configurations that every machine is known to run; null before the first machine has
    /// one.</summary>
    public string? Configured { get; init; }
}
