using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>An operator has a cluster's etcd begin anew from a snapshot.</summary>
/// <param name="Snapshot">Its name among the cluster's snapshots.</param>
/// <param name="SkipHashCheck">It is a copy of a data file and ends without a checksum.</param>
/// <param name="Emptied">The control-plane machines that took the order to forget their etcd, and when.</param>
/// <param name="Machine">The one machine that was told to begin with the snapshot; never another one.</param>
public sealed record RestoreMemory(
    string Snapshot, bool SkipHashCheck, string By, DateTimeOffset At, ImmutableDictionary<MachineId, DateTimeOffset> Emptied,
    MachineId? Machine = null);
