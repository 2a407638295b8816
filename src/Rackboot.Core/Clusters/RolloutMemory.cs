using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>An upgrade of all machines of a cluster, one after the other.</summary>
/// <param name="Current">The machines that were told to upgrade, without a result yet.</param>
/// <param name="Stopped">Why it stopped; null while it runs.</param>
public sealed record RolloutMemory(
    RolloutKind Kind, string To, DateTimeOffset Started, ImmutableDictionary<MachineId, RolloutTurn> Current, string? Stopped = null)
{
    internal static RolloutMemory Nothing { get; } =
        new(RolloutKind.Configuration, "", default, ImmutableDictionary<MachineId, RolloutTurn>.Empty);
}
