using Rackboot.Core.Profiles;

namespace Rackboot.Core.Machines;

/// <summary>A machine's place in a cluster, which gives it what to boot and its configuration.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="TalosVersion">What it boots.</param>
/// <param name="Schematic">Image Factory schematic; null is plain Talos.</param>
public sealed record ClusterSeat(string Cluster, string TalosVersion, string? Schematic)
{
    /// <summary>What it boots on a machine of this architecture.</summary>
    public Profile Profile(string architecture) => new()
    {
        Name = $"cluster {Cluster}", TalosVersion = TalosVersion, Schematic = Schematic, Architecture = architecture,
    };
}
