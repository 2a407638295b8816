using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>What must be known of a cluster after a restart. It is on disk before what it says is done.</summary>
public sealed record ClusterMemory
{
    public BootstrapMemory? Bootstrap { get; init; }

    /// <summary>The machines whose configuration for this cluster left the appliance, or was pushed to them.</summary>
    public ImmutableDictionary<MachineId, MemberMemory> Members { get; init; } = ImmutableDictionary<MachineId, MemberMemory>.Empty;

    /// <summary>The upgrade under way, or the one that stopped.</summary>
    public RolloutMemory? Rollout { get; init; }

    /// <summary>The restore of etcd under way.</summary>
    public RestoreMemory? Restore { get; init; }

    /// <summary>The renewal of secrets under way.</summary>
    public RenewalMemory? Renewal { get; init; }

    /// <summary>How often the secrets were exchanged.</summary>
    public long SecretsVersion { get; init; }
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <summary>What the configurations were composed from that every machine is known to run; null before the first machine has
    /// one.</summary>
    public string? Configured { get; init; }
}
