using Rackboot.Core.Power;

namespace Rackboot.Core.Diagnosis;

/// <summary>What is known of a machine's power.</summary>
/// <param name="Reading">What its BMC said last.</param>
/// <param name="ReadAgo">How long ago; null if it never said anything.</param>
/// <param name="Standing">How its BMC behaves; null if it was not asked yet.</param>
/// <param name="Last">What was last done to it; null if nothing, since the daemon's start.</param>
/// <param name="LastAgo">How long ago that ended.</param>
public sealed record PowerFacts(PowerReading Reading, TimeSpan? ReadAgo, BmcStanding? Standing, PowerAttempt? Last, TimeSpan LastAgo)
{
    public bool IsOff => Reading.State == PowerState.Off && ReadAgo is not null;

    /// <summary>Whether <paramref name="action"/> is what just failed: it is no advice then.</summary>
    public bool JustFailed(PowerAction action) =>
        Last is { Failure: not null } last && (last.Request.Action == action || Standing is { IsStopped: true });
}
