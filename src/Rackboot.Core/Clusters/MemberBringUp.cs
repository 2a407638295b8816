namespace Rackboot.Core.Clusters;

/// <summary>Brings each machine up to a running node.</summary>
internal static class MemberBringUp
{
    public static void Plan(Planning plan)
    {
        foreach (var member in plan.Seen.Members)
            if (!plan.IsLeaving(member))
                Plan(plan, member);
    }

    private static void Plan(Planning plan, MemberObservation member)
    {
        var name = member.Name;
        if (member.OtherCluster is { } other)
        {
            plan.Wait(member, $"it is still in cluster {other}", null,
                $"remove it there first: rackboot cluster remove {other} {name}; or give it the label cluster: {other}");
            return;
        }

        if (!plan.IsMember(member) && !member.Armed && member.Stage is MemberStage.Absent or MemberStage.Booting or MemberStage.Maintenance)
            plan.Steps.Add(new ClusterStep.Arm(member.Machine));
        if (member.Stage == MemberStage.Running && plan.Memory.Members.GetValueOrDefault(member.Machine)?.Ran is not true)
            plan.Steps.Add(new ClusterStep.Ran(member.Machine));
        if (member.Installed && plan.Memory.Members.GetValueOrDefault(member.Machine) is { Installed: false })
            plan.Steps.Add(new ClusterStep.Installed(member.Machine));
        if (member.KeptItsDisk)
            plan.Steps.Add(new ClusterStep.KeepDisk(member.Machine));

        switch (member.Stage)
        {
            case MemberStage.Absent:
                plan.Wait(member, "it has not booted yet", null,
                    $"boot it from the network: rackboot power on {name} --boot network");
                break;
            case MemberStage.Booting:
                plan.Wait(member, "it is booting from the network", ClusterLimits.Boot, $"see its boot progress: rackboot explain {name}");
                break;
            case MemberStage.Maintenance when plan.IsMember(member) && !member.Armed:
                plan.Wait(member, "it lost its configuration and waits in maintenance mode", null,
                    $"provision it again: rackboot provision {name}");
                break;
            case MemberStage.Maintenance:
                if (member.Armed)
                    plan.Steps.Add(new ClusterStep.Configure(member.Machine));
                plan.Wait(member, "it is applying its configuration", ClusterLimits.Join, $"see what Talos says: rackboot explain {name}");
                break;
            case MemberStage.Configured:
                plan.Wait(member, "it is starting with its configuration", ClusterLimits.Install,
                    $"see what Talos says: rackboot explain {name}");
                break;
            case MemberStage.ConfigurationRefused:
                plan.Wait(member, $"Talos rejects its configuration: {member.Problem ?? "it gave no reason"}", null,
                    $"correct the patches and apply the cluster again; see the configuration: rackboot config render {name}");
                break;
            case MemberStage.Installing:
                plan.Wait(member, "Talos is installing itself on the disk", ClusterLimits.Install,
                    $"look at its console: rackboot console {name}");
                break;
            case MemberStage.Rebooting:
                plan.Wait(member, "it restarts", ClusterLimits.Reboot,
                    $"check whether it boots from its disk: rackboot explain {name}, rackboot console {name}");
                break;
            case MemberStage.Unreachable:
                plan.Wait(member, $"its Talos API does not answer{RolloutChecks.Because(member)}", ClusterLimits.Silence,
                    $"find out why: rackboot explain {name}; if it is gone for good: rackboot cluster remove {plan.Cluster.Name} "
                        + $"{name} --lost");
                break;
            case MemberStage.Running when member.Ready is not true && plan.Memory.Bootstrap is { Done: true }:
                plan.Wait(member, $"it is not ready{RolloutChecks.Because(member)}", ClusterLimits.Join,
                    $"see what Talos says: rackboot explain {name}");
                break;
        }
    }
}
