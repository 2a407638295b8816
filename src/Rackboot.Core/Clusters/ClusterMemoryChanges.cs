using System.Collections.Immutable;
using Rackboot.Core.Machines;
using Rackboot.Talos.Api;

namespace Rackboot.Core.Clusters;

/// <summary>The change of the memory by a step. It is stored before the step is executed, so that after a crash in between
/// the same step follows again and never another one.</summary>
public static class ClusterMemoryChanges
{
    /// <summary><paramref name="memory"/> as it must be on disk before <paramref name="step"/> begins.</summary>
    public static ClusterMemory Before(ClusterStep step, ClusterMemory memory, ClusterObservation seen, DateTimeOffset now) => step switch
    {
        ClusterStep.Configure s => Joined(memory, seen, s.Machine, now),
        ClusterStep.Ran s => memory.With(s.Machine, seen, now, m => m with { Ran = true }),
        ClusterStep.Installed s => memory.With(s.Machine, seen, now, m => m with { Installed = true }),
        ClusterStep.Bootstrap s =>
            memory with { Bootstrap = memory.Bootstrap ?? new BootstrapMemory(s.Machine, Name(seen, s.Machine), now, Done: false) },
        ClusterStep.BootstrapDone s => memory with
        {
            Bootstrap = (memory.Bootstrap ?? new BootstrapMemory(s.Machine, Name(seen, s.Machine), now, Done: true)) with { Done = true },
        },
        ClusterStep.Recover s => memory.Restore is { Machine: null } restore
            ? memory with
            {
                Restore = restore with { Machine = s.Machine },
                Bootstrap = new BootstrapMemory(s.Machine, Name(seen, s.Machine), now, Done: false),
            }
            : memory,
        ClusterStep.RestoreDone => memory with { Restore = null, Bootstrap = memory.Bootstrap! with { Done = true } },
        ClusterStep.BeginRollout s =>
            memory with { Rollout = new RolloutMemory(s.Kind, s.To, now, ImmutableDictionary<MachineId, RolloutTurn>.Empty) },
        ClusterStep.UpgradeTalos s => Told(memory, s.Machine, new RolloutTurn(now)),
        ClusterStep.UpgradeKubernetes s => Told(memory, s.Machine, new RolloutTurn(now, s.Component)),
        ClusterStep.SyncManifests => memory.Rollout is { } r
            ? memory with { Rollout = r with { ManifestsSince = r.ManifestsSince ?? now } } : memory,
        ClusterStep.Reconfigure { Mode: not ApplyMode.Staged } s => Told(memory, s.Machine, new RolloutTurn(now)),
        ClusterStep.Configured s => memory with
        {
            Configured = s.Mark,
            Rollout = memory.Rollout is { Kind: RolloutKind.Configuration }
            ? null : memory.Rollout
        },
        ClusterStep.RenewalDone => memory with { Renewal = null },
        ClusterStep.RolloutReached s => memory.Rollout is { } r
            ? memory with { Rollout = r with { Current = r.Current.Remove(s.Machine) } } : memory,
        ClusterStep.StopRollout s => memory.Rollout is { } r ? memory with { Rollout = r with { Stopped = s.Reason } } : memory,
        ClusterStep.EndRollout => memory with { Rollout = null },
        _ => memory,
    };

    /// <summary><paramref name="memory"/> once <paramref name="step"/> has succeeded.</summary>
    public static ClusterMemory After(ClusterStep step, ClusterMemory memory, DateTimeOffset now) => step switch
    {
        ClusterStep.RemoveEtcdMember s => Leaving(memory, s.Machine, r => r with { EtcdLeft = true }),
        ClusterStep.Reset s => Leaving(memory, s.Machine, r => r with { Reset = true }),
        ClusterStep.EmptyEtcd s => memory.Restore is { } restore
            ? memory with { Restore = restore with { Emptied = restore.Emptied.SetItem(s.Machine, now) } }
            : memory,
        ClusterStep.UpgradeTalos s => Accepted(memory, s.Machine),
        ClusterStep.UpgradeKubernetes s => Accepted(memory, s.Machine),
        ClusterStep.SyncManifests => memory.Rollout is { } r ? memory with { Rollout = r with { ManifestsDone = true } } : memory,
        ClusterStep.Reconfigure { Mode: ApplyMode.Staged } s => memory.Members.TryGetValue(s.Machine, out var member)
            ? memory with { Members = memory.Members.SetItem(s.Machine, member with { Staged = s.Mark }) }
            : memory,
        ClusterStep.Reconfigure s => Accepted(memory, s.Machine),
        ClusterStep.ForgetNode s => Without(memory with { Removed = memory.Removed.Add(s.Machine) }, s.Machine),
        ClusterStep.Snapshot => memory with { LastSnapshot = now },
        _ => memory,
    };

    /// <summary>The machine got its configuration for the cluster.</summary>
    public static ClusterMemory Joined(ClusterMemory memory, ClusterObservation seen, MachineId machine, DateTimeOffset now) =>
        memory.With(machine, seen, now, m => m);

    // A cluster that lost its last machine starts over with new ones.
    private static ClusterMemory Without(ClusterMemory memory, MachineId machine) =>
        memory.Members.Remove(machine) is { IsEmpty: false } rest
            ? memory with { Members = rest }
            : new ClusterMemory { Removed = memory.Removed, SecretsVersion = memory.SecretsVersion, LastSnapshot = memory.LastSnapshot };

    private static ClusterMemory With(
        this ClusterMemory memory, MachineId machine, ClusterObservation seen, DateTimeOffset now, Func<MemberMemory, MemberMemory> change)
    {
        var known = memory.Members.GetValueOrDefault(machine);
        if (known is null && seen.Members.FirstOrDefault(m => m.Machine == machine) is { } member)
            known = new MemberMemory(member.Name, member.Role, now);
        return known is null ? memory : memory with { Members = memory.Members.SetItem(machine, change(known)) };
    }

    private static ClusterMemory Leaving(ClusterMemory memory, MachineId machine, Func<RemovalMemory, RemovalMemory> change) =>
        memory.Members.TryGetValue(machine, out var member) && member.Removal is { } removal
            ? memory with { Members = memory.Members.SetItem(machine, member with { Removal = change(removal) }) }
            : memory;

    private static ClusterMemory Told(ClusterMemory memory, MachineId machine, RolloutTurn turn) =>
        memory.Rollout is { } rollout && !rollout.Current.ContainsKey(machine)
            ? memory with { Rollout = rollout with { Current = rollout.Current.Add(machine, turn) } }
            : memory;

    private static ClusterMemory Accepted(ClusterMemory memory, MachineId machine) =>
        memory.Rollout is { } rollout && rollout.Current.TryGetValue(machine, out var turn)
            ? memory with { Rollout = rollout with { Current = rollout.Current.SetItem(machine, turn with { Accepted = true }) } }
            : memory;

    private static string Name(ClusterObservation seen, MachineId machine) => seen.Members.First(m => m.Machine == machine).Name;
}
