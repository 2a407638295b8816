using Rackboot.Core.Power;

namespace Rackboot.Core.Diagnosis;

/// <summary>Facts about a machine's power.</summary>
/// <param name="Reading">Its BMC's last answer.</param>
/// <param name="ReadAgo">The age of that answer; null if there was none.</param>
/// <param name="Standing">Its BMC's behaviour; null if it was not asked yet.</param>
/// <param name="Last">The last power action; null if none since the daemon's start.</param>
/// <param name="LastAgo">How long ago that ended.</param>
public sealed record PowerFacts(PowerReading Reading, TimeSpan? ReadAgo, BmcStanding? Standing, PowerAttempt? Last, TimeSpan LastAgo)
{
    public bool IsOff => Reading.State == PowerState.Off && ReadAgo is not null;

    /// <summary>Whether <paramref name="action"/> just failed, and so is not a remedy.</summary>
    public bool JustFailed(PowerAction action) =>
        Last is { Failure: not null } last && (last.Request.Action == action || Standing is { IsStopped: true });
}
