using Rackboot.Talos.Api;

namespace Rackboot.Core.Clusters;

/// <summary>Rolls out the configuration of the cluster's document to running machines. It begins when the document or the
/// secrets changed, and not when a node was changed by other means. Machines follow one by one, workers as many at once as in upgrades;
/// it stops at the first that does not become ready again.</summary>
internal static class ConfigurationRollout
{
    /// <summary>Identifies the inputs of the configurations.</summary>
    public static string Mark(Cluster cluster, ClusterMemory memory) => $"of version {cluster.RenamedFrom ?? cluster.Version}"
        + (memory.SecretsVersion == 0 ? "" : $" with secrets {memory.SecretsVersion}");

    /// <summary>Whether machines may not run the desired configuration, and must be compared.</summary>
    public static bool IsOpen(Cluster cluster, ClusterMemory memory) =>
        memory.Configured is { } mark && (mark != Mark(cluster, memory) || memory.Rollout is { Kind: RolloutKind.Configuration });

    /// <summary>Whether the configuration changed, and a running machine was not compared with it yet.</summary>
    public static bool IsUnread(Planning plan) => IsOpen(plan.Cluster, plan.Memory)
        && Members(plan).Any(m => m is { Stage: MemberStage.Running, Configuration: ConfigurationState.Unknown });

    /// <summary>The first machines of a cluster keep the configuration of their installation; those of an imported cluster
    /// keep theirs until the document changes.</summary>
    public static void Remember(Planning plan)
    {
        if (plan.Memory.Configured is null && !plan.Memory.Members.IsEmpty)
            plan.Steps.Add(new ClusterStep.Configured(Mark(plan.Cluster, plan.Memory)));
    }

    public static void Plan(Planning plan)
    {
        var mark = Mark(plan.Cluster, plan.Memory);
        if (plan.Memory.Rollout is not { Kind: RolloutKind.Configuration } rollout)
        {
            if (plan.Memory.Rollout is null)
                Begin(plan, mark);
        }
        else if (rollout.To != mark) // the document changed again; compare every machine again
            plan.Steps.Add(new ClusterStep.EndRollout(RolloutKind.Configuration));
        else if (!RolloutChecks.Stopped(plan, rollout) && !Follow(plan, rollout))
            Next(plan, rollout);
    }

    private static void Begin(Planning plan, string mark)
    {
        if (!IsOpen(plan.Cluster, plan.Memory))
            return;
        var members = Members(plan).ToList();
        if (members.All(m => m.Configuration == ConfigurationState.Same))
            plan.Steps.Add(new ClusterStep.Configured(mark));
        else if (plan.Cluster.Changes == ApplyMode.Staged)
            Stage(plan, mark, members);
        else if (members.Any(m => IsNext(plan, m) || m.Configuration == ConfigurationState.Refused))
            plan.Steps.Add(new ClusterStep.BeginRollout(RolloutKind.Configuration, mark));
        else
            WaitForRestarts(plan, members);
    }

    // It takes effect only at a restart, so all machines may get theirs at once.
    private static void Stage(Planning plan, string mark, IEnumerable<MemberObservation> members)
    {
        foreach (var member in members)
            if (member.Configuration == ConfigurationState.Refused)
                plan.Wait(member, $"Talos rejects its changed configuration{RolloutChecks.Because(member)}", null,
                    "correct the patches and apply the cluster again");
            else if (member.Configuration is ConfigurationState.Differs or ConfigurationState.NeedsRestart)
                if (plan.Memory.Members[member.Machine].Staged == mark)
                    plan.Wait(member, "its changed configuration takes effect at its next restart", null,
                        $"restart it when convenient: rackboot power cycle {member.Name}");
                else
                    plan.Steps.Add(new ClusterStep.Reconfigure(member.Machine, ApplyMode.Staged, mark));
    }

    // Checks the machines that got theirs. True while the result of one is open.
    private static bool Follow(Planning plan, RolloutMemory rollout)
    {
        foreach (var (id, (told, _, accepted)) in rollout.Current)
        {
            var member = plan.Seen.Members.FirstOrDefault(m => m.Machine == id);
            if (member is null || plan.Now - told >= plan.Cluster.Settle && IsDone(member))
                plan.Steps.Add(new ClusterStep.RolloutReached(id));
            else if (plan.Now - told > ClusterLimits.Reconfigure)
                plan.Steps.Add(new ClusterStep.StopRollout(Late(member)));
            else if (!accepted && IsNext(plan, member))
                plan.Steps.Add(new ClusterStep.Reconfigure(id, Mode(member), rollout.To));
            else
                plan.Waits.Add(new ClusterWait(member.Name, "it is applying its changed configuration", told + ClusterLimits.Reconfigure,
                    $"see what Talos says: rackboot explain {member.Name}"));
        }

        return plan.Steps.OfType<ClusterStep.RolloutReached>().Any() || plan.Steps.OfType<ClusterStep.StopRollout>().Any();
    }

    private static void Next(Planning plan, RolloutMemory rollout)
    {
        var members = Members(plan).ToList();
        if (members.FirstOrDefault(m => m.Configuration == ConfigurationState.Refused) is { } refused)
        {
            plan.Steps.Add(new ClusterStep.StopRollout(
                $"Talos rejects the changed configuration of {refused.Name}{RolloutChecks.Because(refused)}"));
            return;
        }

        // A machine that is not ready comes first: the change may fix it.
        var next = members.Where(m => IsNext(plan, m) && !rollout.Current.ContainsKey(m.Machine))
            .OrderBy(m => m.Ready is true).ThenBy(m => m.Role).ThenBy(m => m.Name, StringComparer.Ordinal).ToList();
        if (next.Count == 0)
            End(plan, rollout, members);
        else if (next[0].Ready is not true && next[0].Configuration == ConfigurationState.Differs && rollout.Current.IsEmpty)
            plan.Steps.Add(new ClusterStep.Reconfigure(next[0].Machine, Mode(next[0]), rollout.To));
        else if (RolloutChecks.Unfit(plan, rollout, next[0]) is { } reason)
            plan.Wait(null, $"the rollout of the changed configuration waits: {reason}", null,
                $"see what is wrong: rackboot cluster status {plan.Cluster.Name}");
        else if (next[0].Role == ClusterRole.Worker)
            foreach (var worker in next.Take(Math.Max(0, plan.Cluster.UpgradeParallel - rollout.Current.Count)))
                plan.Steps.Add(new ClusterStep.Reconfigure(worker.Machine, Mode(worker), rollout.To));
        else if (rollout.Current.IsEmpty)
            plan.Steps.Add(new ClusterStep.Reconfigure(next[0].Machine, Mode(next[0]), rollout.To));
    }

    private static void End(Planning plan, RolloutMemory rollout, IReadOnlyList<MemberObservation> members)
    {
        WaitForRestarts(plan, members);
        if (!rollout.Current.IsEmpty)
            return;
        plan.Steps.Add(members.All(m => m.Configuration == ConfigurationState.Same)
            ? new ClusterStep.Configured(rollout.To)
            : new ClusterStep.EndRollout(RolloutKind.Configuration)); // the rest is compared when it answers
    }

    private static void WaitForRestarts(Planning plan, IEnumerable<MemberObservation> members)
    {
        if (plan.Cluster.Changes != ApplyMode.Auto)
            foreach (var member in members.Where(m => m.Configuration == ConfigurationState.NeedsRestart))
                plan.Wait(member, "its changed configuration needs a restart, and upgrade.configuration is no-reboot", null,
                    "apply the cluster with upgrade: { configuration: auto } to restart machines one by one, or with staged to "
                        + "wait for their next restart");
    }

    private static IEnumerable<MemberObservation> Members(Planning plan) =>
        plan.Seen.Members.Where(m => plan.IsMember(m) && !plan.IsLeaving(m));

    private static bool IsNext(Planning plan, MemberObservation member) => member.Stage == MemberStage.Running
        && (member.Configuration == ConfigurationState.Differs
            || member.Configuration == ConfigurationState.NeedsRestart && plan.Cluster.Changes == ApplyMode.Auto);

    private static bool IsDone(MemberObservation member) =>
        member is { Stage: MemberStage.Running, Ready: true, Configuration: ConfigurationState.Same }
        && (member.Role == ClusterRole.Worker || member.Etcd == EtcdState.Healthy);

    private static string Late(MemberObservation member)
    {
        var limit = $"{ClusterLimits.Reconfigure.TotalMinutes:0} min";
        return member.Configuration == ConfigurationState.Same || member.Stage != MemberStage.Running
            ? $"{member.Name} did not come back ready with its changed configuration within {limit}{RolloutChecks.Because(member)}"
            : $"{member.Name} still runs its old configuration {limit} after it got the new one{RolloutChecks.Because(member)}";
    }

    private static ApplyMode Mode(MemberObservation member) =>
        member.Configuration == ConfigurationState.NeedsRestart ? ApplyMode.Auto : ApplyMode.NoReboot;
}
