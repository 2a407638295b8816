namespace Rackboot.Talos.Api;

/// <summary>What a reset wipes, and what the node does before and after.</summary>
public sealed record ResetOptions
{
    /// <summary>Drain and leave etcd first; a dead or single node cannot.</summary>
    public bool Graceful { get; init; } = true;

    /// <summary>Reboot afterwards; otherwise power off.</summary>
    public bool Reboot { get; init; }

    /// <summary>Partitions of the system disk to wipe, <c>STATE</c>, <c>EPHEMERAL</c>; if empty, the whole system
    /// disk.</summary>
    public IReadOnlyList<string> SystemPartitions { get; init; } = [];

    /// <summary>Data disks to wipe, <c>/dev/sdb</c>; no others are wiped.</summary>
    public IReadOnlyList<string> UserDisks { get; init; } = [];
}
