using Rackboot.Core.Machines;
using Rackboot.Talos;

namespace Rackboot.Core.Clusters;

/// <summary>Finds impossible changes before they are tried.</summary>
public static class ClusterChecks
{
    /// <summary>Why <paramref name="current"/> cannot become <paramref name="changed"/>; null if it can.</summary>
    public static Refusal? Change(Cluster current, Cluster changed, ClusterMemory memory)
    {
        if (memory.Members.IsEmpty)
            return null;
        if (TalosSupport.UpgradeMistake(current.TalosVersion, changed.TalosVersion) is { } talos)
            return Refusal.Invalid("/talos/version", talos);
        if (TalosSupport.KubernetesUpgradeMistake(current.KubernetesVersion, changed.KubernetesVersion) is { } kubernetes)
            return Refusal.Invalid("/kubernetes", kubernetes);
        return memory.Rollout is { Stopped: null, Kind: not RolloutKind.Configuration } rollout
            && (changed.TalosVersion, changed.KubernetesVersion) != (current.TalosVersion, current.KubernetesVersion)
            ? Refusal.Conflict(rollout.Kind == RolloutKind.Talos ? "/talos/version" : "/kubernetes",
                $"the upgrade to {rollout.Kind} {rollout.To} is in progress; wait for it, or stop it: rackboot cluster upgrade "
                    + $"{current.Name} --stop")
            : null;
    }

    /// <summary>Warnings about a cluster that can be brought up.</summary>
    /// <param name="machines">All machines.</param>
    public static IEnumerable<string> Warnings(Cluster cluster, IReadOnlyCollection<Machine> machines)
    {
        var members = ClusterMembership.Of(cluster, machines);
        var control = members.Count(m => m.Role == ClusterRole.ControlPlane);
        if (control == 0)
            yield return $"controlPlane.selector matches no machine; label machines, or correct it: {Text(cluster.ControlPlane.Selector)}"
                + Elsewhere(cluster, cluster.ControlPlane, machines);
        else if (control % 2 == 0)
            yield return $"the control plane has {control} machines; etcd survives the loss of {(control - 1) / 2} of them, the same as "
                + $"with {control - 1}: use an odd number";
        if (cluster.Workers.Selector.Count > 0 && members.All(m => m.Role != ClusterRole.Worker))
            yield return $"workers.selector matches no machine; label machines, or correct it: {Text(cluster.Workers.Selector)}"
                + Elsewhere(cluster, cluster.Workers, machines);
        if (cluster.InstallDisk is null)
            yield return "installDisk is missing; Talos installs on the first disk that is large enough";
        else if (cluster.InstallDisk is { Serial: null, Wwid: null, Path: null, BusPath: null })
            yield return "installDisk matches by kind and size, so it may match a data disk too; a serial or wwid identifies one disk";
        if (machines.FirstOrDefault(m => cluster.Vip is { } vip && vip.Equals(m.Spec?.Address)) is { } owner)
            yield return $"vip {cluster.Vip} is the address of machine {owner.Name}: both would answer for it; change one of them";
        if (cluster.Vip is null && control > 1)
            yield return $"with several control-plane machines the endpoint {cluster.Endpoint} must reach the running ones; without vip "
                + "this needs a load balancer or DNS";
    }

    // Machines that would match if they had no label of another cluster.
    private static string Elsewhere(Cluster cluster, ClusterPool pool, IEnumerable<Machine> machines) =>
        machines.Where(m => m.Spec is { } spec && pool.Selects(spec.Labels)
            && spec.Labels.TryGetValue(Cluster.Label, out var other) && other != cluster.Name)
            .OrderBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault() is { } machine
            ? $"; {machine.Name} has its labels, but its label cluster={machine.Spec!.Labels[Cluster.Label]} puts it into another cluster: "
                + $"rackboot label {machine.Name} cluster={cluster.Name} --overwrite"
            : "";

    private static string Text(IReadOnlyDictionary<string, string> selector) =>
        selector.Count == 0 ? "it is empty" : string.Join(",", selector.Select(s => $"{s.Key}={s.Value}"));
}
