namespace Rackboot.Core.Clusters;

/// <summary>The only place that decides a cluster's next steps. A pure function of the desired state, past steps and the observed state, so
/// that it gives the same answer after a crash at any point.</summary>
public static class ClusterPlan
{
    public static ClusterDecision Next(Cluster cluster, ClusterMemory memory, ClusterObservation seen, DateTimeOffset now)
    {
        var plan = new Planning(cluster, memory, seen, now);
        MemberBringUp.Plan(plan);
        ConfigurationRollout.Remember(plan);
        if (memory.Restore is { } restore)
            EtcdRestore.Plan(plan, restore);
        else
            EtcdBootstrap.Plan(plan);
        MemberRemoval.Plan(plan);
        if (memory is { Bootstrap.Done: true, Restore: null } && memory.Members.Values.All(m => m.Removal is null))
        {
            TalosRollout.Plan(plan);
            if (memory.Rollout is not { Kind: RolloutKind.Talos } && !plan.Steps.OfType<ClusterStep.BeginRollout>().Any())
                ConfigurationRollout.Plan(plan);
            if (memory.Rollout is not { Kind: RolloutKind.Talos or RolloutKind.Configuration }
                && !plan.Steps.OfType<ClusterStep.BeginRollout>().Any())
                KubernetesRollout.Plan(plan);
            SecretsRotation.Plan(plan);
            PlanSnapshot(plan);
        }

        return new ClusterDecision(Phase(plan), plan.Steps, plan.Waits);
    }

    private static void PlanSnapshot(Planning plan)
    {
        if (plan.Cluster.Snapshots is { } rule && (plan.Memory.LastSnapshot is not { } last || plan.Now - last >= rule.Every)
            && !plan.Steps.OfType<ClusterStep.Snapshot>().Any()
            && plan.Seen.ControlPlane.FirstOrDefault(m => m.Etcd == EtcdState.Healthy) is { } healthy)
            plan.Steps.Add(new ClusterStep.Snapshot(healthy.Machine));
    }

    private static ClusterPhase Phase(Planning plan)
    {
        if (plan.Memory.Restore is not null)
            return ClusterPhase.Restoring;
        if (plan.Memory.Bootstrap is null)
            return plan.Steps.Any(s => s is ClusterStep.Bootstrap or ClusterStep.BootstrapDone)
                ? ClusterPhase.Bootstrapping
                : ClusterPhase.BringingUp;
        if (!plan.Memory.Bootstrap.Done)
            return ClusterPhase.Bootstrapping;
        if (plan.Memory.Rollout is { Stopped: not null })
            return ClusterPhase.Stopped;
        var rollout = plan.Memory.Rollout?.Kind ?? plan.Steps.OfType<ClusterStep.BeginRollout>().FirstOrDefault()?.Kind;
        if (rollout is RolloutKind.Talos or RolloutKind.Kubernetes)
            return ClusterPhase.Upgrading;
        if (plan.Memory.Renewal is not null) // between its steps, too
            return ClusterPhase.Rotating;
        if (rollout is not null || ConfigurationRollout.IsUnread(plan))
            return ClusterPhase.Configuring;
        var lagging = plan.Seen.Members.Where(m => !plan.IsLeaving(m) && !IsIn(m)).ToList();
        return lagging.Count == 0 ? ClusterPhase.Ready
            : lagging.Any(m => m.Stage == MemberStage.Unreachable || m.Etcd == EtcdState.Unhealthy) ? ClusterPhase.Degraded
            : ClusterPhase.Joining;
    }

    private static bool IsIn(MemberObservation member) =>
        member is { Stage: MemberStage.Running, Ready: true } && (member.Role == ClusterRole.Worker || member.Etcd == EtcdState.Healthy);
}
