namespace Rackboot.Core.Clusters;

/// <summary>Checks for every upgrade.</summary>
internal static class RolloutChecks
{
    /// <summary>Whether the upgrade was stopped; a person must resume it.</summary>
    public static bool Stopped(Planning plan, RolloutMemory rollout)
    {
        if (rollout.Stopped is not { } reason)
            return false;
        plan.Waits.Add(new ClusterWait(null, $"{ClusterWords.Of(rollout)} stopped: {reason}", null,
            rollout.Kind == RolloutKind.Configuration
            ? $"fix that, then: rackboot cluster upgrade {plan.Cluster.Name} --resume; or apply the cluster with other patches"
            : $"fix that, then: rackboot cluster upgrade {plan.Cluster.Name} --resume; or go back: apply the cluster with the "
                + "earlier version"));
        return true;
    }

    /// <summary>Why the next machine must wait; null if it need not. An upgrade that continues despite a broken member ends with a cluster
    /// without a majority (siderolabs/talos #8759, #9789).</summary>
    /// <param name="next">The machine whose turn it is.</param>
    public static string? Unfit(Planning plan, RolloutMemory rollout, MemberObservation? next = null)
    {
        if (plan.Seen.Etcd is not { } etcd)
            return "no control-plane machine reports the members of etcd";
        if (etcd.FirstOrDefault(m => m.Learner) is { } learner)
            return $"{learner.Hostname} is still a learner of etcd";
        foreach (var member in plan.Seen.Members)
            if (rollout.Current.ContainsKey(member.Machine) || member == next || plan.IsLeaving(member) || !plan.IsMember(member))
                continue;
            else if (member is not { Stage: MemberStage.Running, Ready: true })
                return $"{member.Name} is not ready{Because(member)}";
            else if (member is { Role: ClusterRole.ControlPlane, Etcd: not EtcdState.Healthy })
                return $"etcd on {member.Name} is not healthy{Because(member)}";
        return null;
    }

    public static string Because(MemberObservation member) => member.Problem is { } problem ? $": {problem}" : "";
}
