using Rackboot.Contracts;
using Rackboot.Core.Clusters;
using Rackboot.Talos.Configuration.Components;
using Phase = Rackboot.Contracts.ClusterPhase;

namespace Rackboot.Daemon.Clusters;

/// <summary>A cluster's status as the API shows it.</summary>
internal static class ClusterStatuses
{
    /// <param name="view">The last observation; null if there is none yet.</param>
    public static ClusterStatus Write(Core.Clusters.Cluster cluster, ClusterView? view, ClusterMemory memory, DateTimeOffset now)
    {
        if (view is null)
            return new ClusterStatus
            {
                Phase = Phase.BringingUp,
                Summary = "the appliance has not checked it yet",
                Machines = [],
                LastSnapshot = memory.LastSnapshot,
            };
        // Of what the document and the memory are now: an order that was just taken shows at once.
        var decision = ClusterPlan.Next(cluster, memory, view.Seen, now);
        return new ClusterStatus
        {
            Phase = (Phase)decision.Phase,
            Summary = Summary(cluster, decision),
            Machines = [.. view.Seen.Members.Select(m => Write(m, decision.Waits.FirstOrDefault(w => w.Machine == m.Name)))],
            Waiting = decision.Waits.Count == 0
                ? null
                : [.. decision.Waits.Select(w => new ClusterWaiting(w.Machine, w.For, w.Deadline, w.IsOverdue(now), w.Remedy))],
            LastSnapshot = memory.LastSnapshot,
            Renewal = memory.Renewal is { } renewal ? SecretsRotation.Where(renewal) : null,
        };
    }

    private static ClusterMemberStatus Write(MemberObservation member, ClusterWait? wait) => new()
    {
        Machine = member.Name,
        Role = ClusterWords.Of(member.Role),
        Stage = ClusterWords.Of(member.Stage),
        Address = member.Address?.ToString(),
        Talos = member.TalosVersion,
        Kubernetes = member.Kubernetes.GetValueOrDefault(KubernetesComponent.Kubelet),
        Etcd = member.Role == ClusterRole.Worker || member.Etcd == EtcdState.Unknown ? null : member.Etcd.ToString().ToLowerInvariant(),
        Ready = member.Ready is true,
        WaitsFor = wait?.For,
    };

    // Waits for a person come first: nothing continues without them.
    private static string Summary(Core.Clusters.Cluster cluster, ClusterDecision decision)
    {
        var text = $"{cluster.Name} is {ClusterWords.Of(decision.Phase)}";
        var wait = decision.Waits.OrderBy(w => w.Deadline is not null).ThenBy(w => w.Machine is not null).FirstOrDefault();
        return wait is null ? text : $"{text}; waits: {(wait.Machine is { } name ? $"{name}: " : "")}{wait.For}";
    }
}
