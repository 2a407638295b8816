namespace Rackboot.Core.Clusters;

/// <summary>A machine that got a configuration of the cluster.</summary>
/// <param name="Ran">It was seen running with it.</param>
/// <param name="Removal">The order to remove it; null while it stays.</param>
/// <param name="Staged">The changed configuration that it applies at its next restart; null if none.</param>
public sealed record MemberMemory(string Name, ClusterRole Role, DateTimeOffset Since, bool Ran = false, RemovalMemory? Removal = null,
    string? Staged = null)
{
    /// <summary>Talos reported that it is on the machine's disk.</summary>
    public bool Installed { get; init; }
}
