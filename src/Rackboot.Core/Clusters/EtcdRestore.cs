namespace Rackboot.Core.Clusters;

/// <summary>Restores a cluster's etcd from a snapshot: every control-plane machine erases its etcd data, then one of them restores the
/// snapshot and the others join (siderolabs/docs disaster-recovery). A machine that kept its old etcd could revive the old cluster
/// beside the new one, so every machine that ever ran is included, except those that an operator declares lost.</summary>
internal static class EtcdRestore
{
    public static void Plan(Planning plan, RestoreMemory restore)
    {
        var control = plan.Seen.ControlPlane.Where(m => plan.IsMember(m) && !plan.IsLeaving(m)).ToList();
        if (restore.Machine is { } told)
            Follow(plan, restore, control.FirstOrDefault(m => m.Machine == told));
        else if (control.Count == 0)
            plan.Wait(null, "there is no control-plane machine to restore etcd on", null,
                $"label machines to match controlPlane.selector of cluster {plan.Cluster.Name}");
        else if (Empty(plan, restore, control))
            plan.Steps.Add(new ClusterStep.Recover(First(control).Machine, restore.Snapshot, restore.SkipHashCheck));
    }

    // The machine to restore on: any running one, always the same for the same observation.
    private static MemberObservation First(IEnumerable<MemberObservation> control) =>
        control.First(m => m is { Stage: MemberStage.Running, Etcd: EtcdState.Waiting });

    // Lets every machine erase its etcd data. True once all have.
    private static bool Empty(Planning plan, RestoreMemory restore, IReadOnlyList<MemberObservation> control)
    {
        var ran = control.Where(m => plan.Memory.Members[m.Machine].Ran).ToList();
        var silent = ran.Where(m => !restore.Emptied.ContainsKey(m.Machine) && m.Stage != MemberStage.Running).ToList();
        foreach (var member in silent)
            plan.Wait(member, "it must erase its etcd data before the restore, and does not answer", null,
                $"find out why: rackboot explain {member.Name}; if it is gone for good: "
                + $"rackboot cluster remove {plan.Cluster.Name} {member.Name} --lost");
        // All at once: a machine that returns early would join the others again.
        foreach (var member in ran.Where(m => silent.Count == 0 && Forgets(plan, restore, m)))
            plan.Steps.Add(new ClusterStep.EmptyEtcd(member.Machine));
        var restarting = ran.Where(m => restore.Emptied.TryGetValue(m.Machine, out var at)
            && (m is not { Stage: MemberStage.Running, Etcd: EtcdState.Waiting } || plan.Now - at < ClusterLimits.Reaction)).ToList();
        foreach (var member in restarting)
            plan.Waits.Add(new ClusterWait(
                member.Name, "it is erasing its etcd data and restarting", restore.Emptied[member.Machine] + ClusterLimits.Reset,
                $"look at its console: rackboot console {member.Name}"));
        if (silent.Count > 0 || restarting.Count > 0 || plan.Steps.OfType<ClusterStep.EmptyEtcd>().Any())
            return false;
        if (control.Any(m => m is { Stage: MemberStage.Running, Etcd: EtcdState.Waiting }))
            return true;
        plan.Wait(null, "no control-plane machine is running yet", ClusterLimits.Install,
            $"see what each waits for: rackboot cluster status {plan.Cluster.Name}");
        return false;
    }

    // Once, and again if it runs etcd nevertheless: one that was back before the others were told has joined them again.
    private static bool Forgets(Planning plan, RestoreMemory restore, MemberObservation member) =>
        !restore.Emptied.TryGetValue(member.Machine, out var at)
        || member is { Stage: MemberStage.Running, Etcd: EtcdState.Starting or EtcdState.Healthy or EtcdState.Unhealthy }
            && plan.Now - at > ClusterLimits.Reaction;

    private static void Follow(Planning plan, RestoreMemory restore, MemberObservation? member)
    {
        var told = plan.Memory.Bootstrap!;
        if (member is { Stage: MemberStage.Running, Etcd: EtcdState.Healthy })
            plan.Steps.Add(new ClusterStep.RestoreDone(member.Machine));
        else if (member is { Stage: MemberStage.Running, Etcd: EtcdState.Waiting })
            plan.Steps.Add(new ClusterStep.Recover(member.Machine, restore.Snapshot, restore.SkipHashCheck));
        else
            plan.Waits.Add(new ClusterWait(told.Name, "it is restoring etcd from the snapshot", told.At + ClusterLimits.Join,
                $"see what Talos says: rackboot explain {told.Name}; to start over on another machine: "
                + $"rackboot cluster restore {plan.Cluster.Name} --snapshot {restore.Snapshot} --force"));
    }
}
