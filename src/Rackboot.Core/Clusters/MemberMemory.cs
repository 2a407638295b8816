namespace Rackboot.Core.Clusters;

/// <summary>A machine that was given a configuration of the cluster.</summary>
/// <param name="Ran">It was seen running with it.</param>
/// <param name="Removal">Who asked for it to leave, and how; null while it stays.</param>
/// <param name="Staged">Which changed configuration it took for its next restart; null if none.</param>
public sealed record MemberMemory(string Name, ClusterRole Role, DateTimeOffset Since, bool Ran = false, RemovalMemory? Removal = null,
    string? Staged = null)
{
    /// <summary>Talos said that it is on the machine's disk.</summary>
    public bool Installed { get; init; }
}
