namespace Rackboot.Core.Clusters;

/// <summary>Why a cluster does not go on by itself right now.</summary>
/// <param name="Machine">The machine's name; null for the cluster as a whole.</param>
/// <param name="For">What is waited for.</param>
/// <param name="Deadline">When it should have come; null when it waits for a person.</param>
/// <param name="Remedy">What to do: at once when it waits for a person, else once the deadline has passed.</param>
public sealed record ClusterWait(string? Machine, string For, DateTimeOffset? Deadline, string Remedy)
{
    public bool IsOverdue(DateTimeOffset now) => Deadline is not { } deadline || now > deadline;
}
