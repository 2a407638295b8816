namespace Rackboot.Core.Clusters;

/// <summary>Something that a cluster waits for.</summary>
/// <param name="Machine">The machine's name; null for the cluster as a whole.</param>
/// <param name="For">What is waited for.</param>
/// <param name="Deadline">When it is late; null if it waits for a person.</param>
/// <param name="Remedy">The remedy: at once if it waits for a person, else after the deadline.</param>
public sealed record ClusterWait(string? Machine, string For, DateTimeOffset? Deadline, string Remedy)
{
    public bool IsOverdue(DateTimeOffset now) => Deadline is not { } deadline || now > deadline;
}
