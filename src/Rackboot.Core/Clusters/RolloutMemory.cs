using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>An upgrade of all machines of a cluster, one after the other.</summary>
/// <param name="Current">The machines that were told to upgrade, without a result yet.</param>
/// <param name="Stopped">Why it stopped; null while it runs.</param>
public sealed record RolloutMemory(
    RolloutKind Kind, string To, DateTimeOffset Started, ImmutableDictionary<MachineId, RolloutTurn> Current, string? Stopped = null)
{
    /// <summary>When the manifests were first applied; null while it is not their turn.</summary>
    public DateTimeOffset? ManifestsSince { get; init; }

    /// <summary>What the manifests describe runs.</summary>
    public bool ManifestsDone { get; init; }

    internal static RolloutMemory Nothing { get; } =
        new(RolloutKind.Configuration, "", default, ImmutableDictionary<MachineId, RolloutTurn>.Empty);
}
