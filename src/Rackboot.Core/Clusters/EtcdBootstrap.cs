namespace Rackboot.Core.Clusters;

/// <summary>Bootstraps etcd exactly once. A second control-plane machine that is told to bootstrap creates a second cluster with the
/// same keys (siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1), so the machine that was told first stays the only
/// one.</summary>
internal static class EtcdBootstrap
{
    public static void Plan(Planning plan)
    {
        if (plan.Memory.Bootstrap is { Done: true })
            return;
        if (plan.Seen.ControlPlane.FirstOrDefault(m => m.Etcd == EtcdState.Healthy) is { } running)
            plan.Steps.Add(new ClusterStep.BootstrapDone(running.Machine));
        else if (plan.Memory.Bootstrap is { } told)
            Again(plan, told);
        else
            First(plan);
    }

    // The appliance ended, or the answer was lost. Asking the same machine again is safe: Talos answers
    // that its etcd already exists. Asking another one is not.
    private static void Again(Planning plan, BootstrapMemory told)
    {
        var machine = plan.Seen.ControlPlane.FirstOrDefault(m => m.Machine == told.Machine);
        switch (machine)
        {
            case { Stage: MemberStage.Running, Etcd: EtcdState.Waiting }:
                plan.Steps.Add(new ClusterStep.Bootstrap(told.Machine));
                break;
            case { Stage: MemberStage.Running }:
                plan.Waits.Add(new ClusterWait(told.Name, "it is bootstrapping etcd", told.At + ClusterLimits.Join,
                    $"see what Talos says: rackboot explain {told.Name}"));
                break;
            default:
                plan.Waits.Add(new ClusterWait(told.Name,
                    $"it was told at {told.At:HH:mm:ss} to bootstrap etcd and does not answer; telling another machine "
                        + "could create a second cluster",
                    told.At + ClusterLimits.Join,
                    $"find out why: rackboot explain {told.Name}; if it is gone for good and never ran etcd: rackboot cluster bootstrap "
                        + $"{plan.Cluster.Name} --instead-of {told.Name}"));
                break;
        }
    }

    private static void First(Planning plan)
    {
        var control = plan.Seen.ControlPlane.Where(m => !plan.IsLeaving(m) && m.OtherCluster is null).ToList();
        if (control.Count == 0)
        {
            plan.Wait(null, "no machine is in the control plane", null,
                $"label machines to match controlPlane.selector of cluster {plan.Cluster.Name}");
            return;
        }

        var ready = control.Where(m => m is { Stage: MemberStage.Running, Etcd: EtcdState.Waiting }).ToList();
        if (ready.Count == 0)
        {
            plan.Wait(null, "no control-plane machine is running yet", ClusterLimits.Install,
                $"see what each waits for: rackboot cluster status {plan.Cluster.Name}");
            return;
        }

        if (Unasked(plan, control) is { } silent)
        {
            plan.Wait(silent, "it may already hold this cluster's etcd, and must be asked first", null,
                $"find out why: rackboot explain {silent.Name}; or remove it: rackboot cluster remove {plan.Cluster.Name} "
                    + $"{silent.Name} --lost");
            return;
        }

        var since = ready.Min(m => m.Since);
        var company = control.Except(ready).ToList();
        if (company.Count > 0 && plan.Now - since < ClusterLimits.Company)
        {
            plan.Waits.Add(new ClusterWait(null, $"{string.Join(", ", company.Select(m => m.Name))} of the control plane",
                since + ClusterLimits.Company,
                "then etcd is bootstrapped without them, and they join later"));
            return;
        }

        plan.Steps.Add(new ClusterStep.Bootstrap(ready[0].Machine));
    }

    // A machine that ran with this cluster's keys, or could have with imported keys, may hold its etcd. One that never ran
    // cannot.
    private static MemberObservation? Unasked(Planning plan, IEnumerable<MemberObservation> control) =>
        control.FirstOrDefault(m => (!plan.Cluster.SecretsMadeHere || plan.Memory.Members.GetValueOrDefault(m.Machine)?.Ran is true)
            && m is not { Stage: MemberStage.Running, Etcd: EtcdState.Waiting });
}
