namespace Rackboot.Core.Diagnosis;

/// <summary>Facts about this host's clock.</summary>
/// <param name="Now">Its time.</param>
/// <param name="Built">When this program was built; null if unknown.</param>
/// <param name="Jump">By how much it was last set; null if not since the daemon's start.</param>
/// <param name="JumpAgo">How long ago.</param>
public sealed record ClockFacts(DateTimeOffset Now, DateTimeOffset? Built, TimeSpan? Jump, TimeSpan JumpAgo)
{
    public bool IsBeforeBuild => Built is { } built && Now < built - TimeSpan.FromDays(1);

    /// <summary>Its problem in a sentence; null if there is none.</summary>
    public string? Warning => IsBeforeBuild
        ? $"the clock of this host says {Now:yyyy-MM-dd HH:mm}, before this program was built ({Built:yyyy-MM-dd}); Talos "
            + "will reject certificates; set the clock: timedatectl set-time"
        : Jump is { } jump && JumpAgo < TimeSpan.FromHours(1)
            ? $"the clock of this host was set {(jump > TimeSpan.Zero ? "forward" : "back")} by {Words.Time(jump.Duration())}, "
                + $"{Words.Time(JumpAgo)} ago; earlier and later times cannot be compared"
        : null;
}
