using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>Removes machines from the cluster on an operator's order; one after the other, and only while etcd keeps its
/// majority.</summary>
public static class MemberRemoval
{
    internal static void Plan(Planning plan)
    {
        foreach (var (id, member) in plan.Memory.Members.Where(m => m.Value.Removal is not null)
            .OrderBy(m => m.Value.Name, StringComparer.Ordinal))
        {
            var seen = plan.Seen.Members.FirstOrDefault(m => m.Machine == id);
            if (member.Role == ClusterRole.ControlPlane && !member.Removal!.EtcdLeft && !IsLast(plan)
                && plan.Memory is { Bootstrap: not null, Restore: null })
            {
                Vote(plan, member, seen, id);
                return; // one at a time: etcd's member list is valid only until the next change
            }

            if (!Asked(plan, member, seen, id))
                Forget(plan, member, id);
        }
    }

    // With it the cluster ends; there is no majority to keep.
    private static bool IsLast(Planning plan) => plan.Memory.Members.Count == 1;

    /// <summary>Why <paramref name="machine"/> must not leave etcd now; null if it may.</summary>
    public static string? Refusal(ClusterObservation seen, string machine)
    {
        if (seen.Etcd is not { } members)
            return "no control-plane machine reports the members of etcd";
        var voters = members.Count(m => !m.Learner);
        if (members.FirstOrDefault(m => m.Hostname == machine) is not { } leaving || leaving.Learner)
            return null;
        if (voters == 1)
            return $"{machine} is the only member of etcd; without it the cluster would be lost";
        var healthy = seen.ControlPlane.Count(m => m.Etcd == EtcdState.Healthy && m.Name != machine);
        var needed = (voters - 1) / 2 + 1;
        return healthy < needed
            ? $"without {machine} etcd has {voters
                - 1} members and needs {needed} healthy ones, and {healthy} are; bring the others back first"
            : null;
    }

    private static void Vote(Planning plan, MemberMemory member, MemberObservation? seen, MachineId id)
    {
        if (Refusal(plan.Seen, member.Name) is { } refusal)
        {
            plan.Wait(seen, $"it cannot leave etcd: {refusal}", null, $"see its members: rackboot cluster status {plan.Cluster.Name}");
            return;
        }

        var listed = plan.Seen.Etcd!.FirstOrDefault(m => m.Hostname == member.Name);
        var through = plan.Seen.ControlPlane.FirstOrDefault(m => m.Machine != id && m.Etcd == EtcdState.Healthy);
        if (listed is null && seen is not { Stage: MemberStage.Running or MemberStage.Resetting })
            Forget(plan, member, id);
        else if (!Asked(plan, member, seen, id) && listed is not null && through is not null)
            plan.Steps.Add(new ClusterStep.RemoveEtcdMember(through.Machine, listed.Id, id));
    }

    // Its node in Kubernetes is all that is left of it.
    private static void Forget(Planning plan, MemberMemory member, MachineId id)
    {
        plan.Steps.Add(new ClusterStep.ForgetNode(id));
        plan.Waits.Add(new ClusterWait(member.Name, "its node is being deleted from Kubernetes",
            member.Removal!.At + ClusterLimits.NodeDeletion, "see what Kubernetes answers: rackboot watch --all"));
    }

    // If possible a machine leaves by itself: it drains, leaves etcd and wipes its data (siderolabs/talos v1alpha1_sequencer.go, Reset).
    // False when it can do no more.
    private static bool Asked(Planning plan, MemberMemory member, MemberObservation? seen, MachineId id)
    {
        if (member.Removal!.Lost || seen is null)
            return false;
        switch (seen.Stage)
        {
            case MemberStage.Running:
                plan.Steps.Add(new ClusterStep.Reset(id, Graceful: !IsLast(plan)));
                return true;
            case MemberStage.Resetting:
                plan.Wait(seen, "it is leaving the cluster and wiping itself", ClusterLimits.Reset,
                    $"look at its console: rackboot console {member.Name}");
                return true;
            case MemberStage.Unreachable when !member.Removal.Reset:
                plan.Wait(seen, "it does not answer, so it cannot leave the cluster", null,
                    $"start it, or if it is gone for good: rackboot cluster remove {plan.Cluster.Name} {member.Name} --lost");
                return true;
            default:
                return false;
        }
    }
}
