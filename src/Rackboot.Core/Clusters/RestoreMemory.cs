using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>An operator's order to restore a cluster's etcd from a snapshot.</summary>
/// <param name="Snapshot">Its name among the cluster's snapshots.</param>
/// <param name="SkipHashCheck">It is a copy of a data file, which has no checksum.</param>
/// <param name="Emptied">The control-plane machines that accepted the order to erase their etcd data, and when.</param>
/// <param name="Machine">The only machine that was told to restore the snapshot; never another one.</param>
public sealed record RestoreMemory(
    string Snapshot, bool SkipHashCheck, string By, DateTimeOffset At, ImmutableDictionary<MachineId, DateTimeOffset> Emptied,
    MachineId? Machine = null);
