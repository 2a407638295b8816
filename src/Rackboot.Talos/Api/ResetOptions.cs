namespace Rackboot.Talos.Api;

/// <summary>What is wiped, and what the node does first and afterwards.</summary>
public sealed record ResetOptions
{
    /// <summary>Drain, leave etcd; a dead or lonely node cannot.</summary>
    public bool Graceful { get; init; } = true;

    /// <summary>Start again afterwards; else power off.</summary>
    public bool Reboot { get; init; }

    /// <summary>Partitions of the system disk that are wiped, <c>STATE</c>, <c>EPHEMERAL</c>; none named means the whole system
    /// disk.</summary>
    public IReadOnlyList<string> SystemPartitions { get; init; } = [];

    /// <summary>Disks with data, <c>/dev/sdb</c>: only those named here are wiped.</summary>
    public IReadOnlyList<string> UserDisks { get; init; } = [];
}
