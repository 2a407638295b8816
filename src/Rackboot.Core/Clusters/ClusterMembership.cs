using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>Decides which accepted machines belong to a cluster, and in which role.</summary>
public static class ClusterMembership
{
    /// <summary>The role of <paramref name="machine"/> in <paramref name="cluster"/>; null if it does not belong to it. A machine with
    /// the label <c>cluster</c> belongs only to the named cluster. If both selectors match, the control plane's wins.</summary>
    public static ClusterRole? RoleOf(Machine machine, Cluster cluster) => machine.Spec is { } spec ? RoleOf(spec, cluster) : null;

    /// <summary>The role of a machine with this document.</summary>
    public static ClusterRole? RoleOf(MachineSpec spec, Cluster cluster)
    {
        if (spec.Labels.TryGetValue(Cluster.Label, out var named) && named != cluster.Name)
            return null;
        return cluster.ControlPlane.Selects(spec.Labels) ? ClusterRole.ControlPlane
            : cluster.Workers.Selects(spec.Labels) ? ClusterRole.Worker
            : null;
    }

    /// <summary>The machines of <paramref name="cluster"/>, ordered by name.</summary>
    public static IReadOnlyList<(Machine Machine, ClusterRole Role)> Of(Cluster cluster, IEnumerable<Machine> machines) =>
        [.. machines.Select(m => (Machine: m, Role: RoleOf(m, cluster))).Where(m => m.Role is not null)
            .OrderBy(m => m.Machine.Name, StringComparer.Ordinal).Select(m => (m.Machine, m.Role!.Value))];

    /// <summary>A machine that <paramref name="cluster"/> would share with another cluster, or null.</summary>
    public static (Machine Machine, Cluster Other)? Shared(Cluster cluster, IEnumerable<Cluster> others, IEnumerable<Machine> machines)
    {
        var rest = others.Where(o => o.Name != cluster.Name).ToList();
        foreach (var (machine, _) in Of(cluster, machines))
            if (rest.FirstOrDefault(other => RoleOf(machine, other) is not null) is { } other)
                return (machine, other);
        return null;
    }
}
