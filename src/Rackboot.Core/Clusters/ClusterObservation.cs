namespace Rackboot.Core.Clusters;

/// <summary>A cluster as it was last seen.</summary>
/// <param name="Members">The machines that the cluster has or wants, in the order of their names.</param>
/// <param name="Etcd">The list that a healthy control-plane machine gave; null while none does.</param>
public sealed record ClusterObservation(IReadOnlyList<MemberObservation> Members, IReadOnlyList<EtcdMember>? Etcd)
{
    public IEnumerable<MemberObservation> ControlPlane => Members.Where(m => m.Role == ClusterRole.ControlPlane);
}
