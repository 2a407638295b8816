namespace Rackboot.Core.Clusters;

/// <summary>The inputs of the plan's parts, and the collector of their results.</summary>
internal sealed class Planning(Cluster cluster, ClusterMemory memory, ClusterObservation seen, DateTimeOffset now)
{
    public Cluster Cluster => cluster;
    public ClusterMemory Memory => memory;
    public ClusterObservation Seen => seen;
    public DateTimeOffset Now => now;
    public List<ClusterStep> Steps { get; } = [];
    public List<ClusterWait> Waits { get; } = [];

    public void Wait(MemberObservation? member, string what, TimeSpan? limit, string remedy) =>
        Waits.Add(new ClusterWait(member?.Name, what, limit is { } l ? (member?.Since ?? now) + l : null, remedy));

    public bool IsLeaving(MemberObservation member) => memory.Members.GetValueOrDefault(member.Machine)?.Removal is not null;

    /// <summary>Whether the machine ever got a configuration of this cluster.</summary>
    public bool IsMember(MemberObservation member) => memory.Members.ContainsKey(member.Machine);
}
