namespace Rackboot.Core.Clusters;

/// <summary>Upgrades every machine to the cluster's Talos release: control-plane machines one by one, each only while etcd is healthy, then
/// workers.</summary>
internal static class TalosRollout
{
    public static void Plan(Planning plan)
    {
        var wanted = plan.Cluster.TalosVersion;
        var behind = Behind(plan).ToList();
        if (plan.Memory.Rollout is not { Kind: RolloutKind.Talos } rollout)
        {
            if (plan.Memory.Rollout is null && behind.Count > 0)
                plan.Steps.Add(new ClusterStep.BeginRollout(RolloutKind.Talos, wanted));
            return;
        }

        if (rollout.To != wanted && (rollout.Current.IsEmpty || rollout.Stopped is not null))
        {
            // the operator now wants another release, or the earlier one again
            plan.Steps.Add(new ClusterStep.EndRollout(RolloutKind.Talos, GivenUp: rollout.To));
            return;
        }

        if (RolloutChecks.Stopped(plan, rollout))
            return;
        if (Follow(plan, rollout))
            return;
        if (behind.Count == 0 && rollout.Current.IsEmpty)
            plan.Steps.Add(new ClusterStep.EndRollout(RolloutKind.Talos));
        else
            Next(plan, rollout, [.. behind.Where(m => !rollout.Current.ContainsKey(m.Machine))]);
    }

    private static IEnumerable<MemberObservation> Behind(Planning plan) =>
        plan.Seen.Members
            .Where(m => m is { Stage: MemberStage.Running, TalosVersion: not null } && m.TalosVersion != plan.Cluster.TalosVersion
            && plan.IsMember(m) && !plan.IsLeaving(m)).OrderBy(m => m.Role).ThenBy(m => m.Name, StringComparer.Ordinal);

    // Checks the machines that are upgrading. True if nothing else is to be done now.
    private static bool Follow(Planning plan, RolloutMemory rollout)
    {
        foreach (var (id, (told, _, accepted)) in rollout.Current)
        {
            var member = plan.Seen.Members.FirstOrDefault(m => m.Machine == id);
            if (member is null || member is { Stage: MemberStage.Running, Ready: true } && member.TalosVersion == rollout.To
                && (member.Role == ClusterRole.Worker || member.Etcd == EtcdState.Healthy))
                plan.Steps.Add(new ClusterStep.RolloutReached(id));
            else if (plan.Now - told > ClusterLimits.Upgrade)
            {
                plan.Steps.Add(new ClusterStep.StopRollout(member is { Stage: MemberStage.Running, TalosVersion: { } has }
                    && has != rollout.To
                    ? $"{member.Name} still runs Talos {has} {ClusterLimits.Upgrade.TotalMinutes:0} min after it was told to upgrade to "
                        + $"{rollout.To}{RolloutChecks.Because(member)}"
                    : $"{member.Name} did not come back ready with Talos {rollout.To} within {ClusterLimits.Upgrade.TotalMinutes:0} "
                        + $"min{RolloutChecks.Because(member)}"));
                return true;
            }
            else if (!accepted && member.Stage == MemberStage.Running && member.TalosVersion != rollout.To)
                plan.Steps.Add(new ClusterStep.UpgradeTalos(id, rollout.To));
            else
                plan.Waits.Add(new ClusterWait(member.Name, $"it is upgrading to Talos {rollout.To}", told + ClusterLimits.Upgrade,
                    $"look at its console: rackboot console {member.Name}"));
        }

        return plan.Steps.OfType<ClusterStep.RolloutReached>().Any();
    }

    private static void Next(Planning plan, RolloutMemory rollout, IReadOnlyList<MemberObservation> behind)
    {
        if (behind.Count == 0)
            return;
        if (RolloutChecks.Unfit(plan, rollout) is { } reason)
        {
            plan.Wait(null, $"the upgrade to Talos {rollout.To} waits: {reason}", null,
                $"see what is wrong: rackboot cluster status {plan.Cluster.Name}");
            return;
        }

        if (behind[0].Role == ClusterRole.ControlPlane)
        {
            if (!rollout.Current.IsEmpty)
                return;
            // The state before the first change of a control-plane machine is the one to return to.
            if (plan.Memory.LastSnapshot is not { } saved || saved < rollout.Started)
                plan.Steps.Add(new ClusterStep.Snapshot(plan.Seen.ControlPlane.First(m => m.Etcd == EtcdState.Healthy).Machine));
            plan.Steps.Add(new ClusterStep.UpgradeTalos(behind[0].Machine, rollout.To));
            return;
        }

        foreach (var worker in behind.Take(Math.Max(0, plan.Cluster.UpgradeParallel - rollout.Current.Count)))
            plan.Steps.Add(new ClusterStep.UpgradeTalos(worker.Machine, rollout.To));
    }
}
