namespace Rackboot.Core.Power;

/// <summary>What is known of a machine's power.</summary>
/// <param name="Read">When <paramref name="State"/> was read; null if it never was.</param>
/// <param name="Problem">Why the last reading failed, and what to do; null if it did not.</param>
public sealed record PowerReading(PowerState State, DateTimeOffset? Read, string? Problem)
{
    /// <summary>When it was last started, or somewhat earlier; null if that was not seen.</summary>
    public DateTimeOffset? Started { get; init; }

    public static PowerReading None { get; } = new(PowerState.Unknown, null, null);
}
