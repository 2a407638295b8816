using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>Upgrades Kubernetes to the cluster's release: one component after the other in Talos's order, each on one machine after the
/// other.</summary>
internal static class KubernetesRollout
{
    public static void Plan(Planning plan)
    {
        var wanted = plan.Cluster.KubernetesVersion;
        var next = Next(plan);
        if (plan.Memory.Rollout is not { Kind: RolloutKind.Kubernetes } rollout)
        {
            if (plan.Memory.Rollout is null && next is not null)
                plan.Steps.Add(new ClusterStep.BeginRollout(RolloutKind.Kubernetes, wanted));
            return;
        }

        if (rollout.To != wanted && (rollout.Current.IsEmpty || rollout.Stopped is not null))
        {
            plan.Steps.Add(new ClusterStep.EndRollout(RolloutKind.Kubernetes, GivenUp: rollout.To));
            return;
        }

        if (RolloutChecks.Stopped(plan, rollout))
            return;
        if (Follow(plan, rollout))
            return;
        if (next is not var (member, component))
            Manifests(plan, rollout);
        else if (RolloutChecks.Unfit(plan, rollout) is { } reason)
            plan.Wait(null, $"the upgrade to Kubernetes {wanted} waits: {reason}", null,
                $"see what is wrong: rackboot cluster status {plan.Cluster.Name}");
        else
            plan.Steps.Add(new ClusterStep.UpgradeKubernetes(member.Machine, component, wanted));
    }

    // The last part of an upgrade: the manifests that Talos applied at bootstrap follow its release.
    private static void Manifests(Planning plan, RolloutMemory rollout)
    {
        if (rollout.ManifestsDone)
            plan.Steps.Add(new ClusterStep.EndRollout(RolloutKind.Kubernetes));
        else if (rollout.ManifestsSince is { } since && plan.Now - since > ClusterLimits.Join)
            plan.Steps.Add(new ClusterStep.StopRollout(
                $"CoreDNS, kube-proxy and what else Talos puts into a cluster did not come to their new releases within "
                    + $"{ClusterLimits.Join.TotalMinutes:0} min; the cause is in: rackboot watch --all"));
        else if (plan.Seen.ControlPlane.FirstOrDefault(m => m is { Stage: MemberStage.Running, Ready: true }) is not { } through)
            plan.Wait(null, "the manifests of Kubernetes wait: no control-plane machine is ready", null,
                $"see what is wrong: rackboot cluster status {plan.Cluster.Name}");
        else
        {
            plan.Steps.Add(new ClusterStep.SyncManifests(through.Machine));
            plan.Waits.Add(new ClusterWait(null, "CoreDNS, kube-proxy and what else Talos puts into a cluster come to their new releases",
                (rollout.ManifestsSince ?? plan.Now) + ClusterLimits.Join, "see what happens: rackboot watch --all"));
        }
    }

    // Checks the part that is being upgraded. True while its result is open.
    private static bool Follow(Planning plan, RolloutMemory rollout)
    {
        foreach (var (id, (told, component, accepted)) in rollout.Current)
        {
            var member = plan.Seen.Members.FirstOrDefault(m => m.Machine == id);
            if (member is null || component is not { } part || IsUp(member, part, rollout.To))
                plan.Steps.Add(new ClusterStep.RolloutReached(id));
            else if (plan.Now - told > ClusterLimits.Join)
                plan.Steps.Add(new ClusterStep.StopRollout(
                    $"{part} on {member.Name} did not come up as {rollout.To} within {ClusterLimits.Join.TotalMinutes:0} "
                        + $"min{Pod(member, part)}{RolloutChecks.Because(member)}"));
            else if (!accepted && member.Stage == MemberStage.Running)
                plan.Steps.Add(new ClusterStep.UpgradeKubernetes(id, part, rollout.To));
            else
                plan.Waits.Add(new ClusterWait(member.Name, $"{part} is starting as {rollout.To}", told + ClusterLimits.Join,
                    $"see what Talos says: rackboot explain {member.Name}"));
        }

        return !rollout.Current.IsEmpty;
    }

    private static string Pod(MemberObservation member, KubernetesComponent part) => member.Pods is not { } pods
        || !pods.TryGetValue(part, out var runs)
        ? ""
        : runs is null ? "; its pod is not ready" : $"; its pod runs {runs}";

    // The release in the configuration is only the desired state; a ready pod of that release is the proof.
    private static bool IsUp(MemberObservation member, KubernetesComponent part, string version) =>
        member.Kubernetes.GetValueOrDefault(part) == version && member.Ready is true
        && (part is not (KubernetesComponent.ApiServer or KubernetesComponent.ControllerManager or KubernetesComponent.Scheduler)
            || member.Pods is not { } pods || pods.GetValueOrDefault(part) == version)
        && (part != KubernetesComponent.Kubelet || member.Kubelet is not { } runs || runs == version);

    // The first part with another version, ordered by component and machine.
    private static (MemberObservation Member, KubernetesComponent Component)? Next(Planning plan)
    {
        foreach (var component in Enum.GetValues<KubernetesComponent>())
            foreach (var member in plan.Seen.Members)
                if (plan.IsMember(member) && !plan.IsLeaving(member) && member.Stage == MemberStage.Running
                    && member.Kubernetes.TryGetValue(component, out var version) && version != plan.Cluster.KubernetesVersion)
                    return (member, component);
        return null;
    }
}
