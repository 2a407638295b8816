namespace Rackboot.Core.Diagnosis;

/// <summary>What is known of this host's clock.</summary>
/// <param name="Now">What it says.</param>
/// <param name="Built">When this program was built; null if that is not known.</param>
/// <param name="Jump">By how much it was set last; null if it was not, since the daemon's start.</param>
/// <param name="JumpAgo">How long ago.</param>
public sealed record ClockFacts(DateTimeOffset Now, DateTimeOffset? Built, TimeSpan? Jump, TimeSpan JumpAgo)
{
    public bool IsBeforeBuild => Built is { } built && Now < built - TimeSpan.FromDays(1);

    /// <summary>A sentence about what is wrong with it; null if nothing is.</summary>
    public string? Warning => IsBeforeBuild
        ? $"the clock of this host says {Now:yyyy-MM-dd HH:mm}, before this program was built ({Built:yyyy-MM-dd}); Talos "
            + "will reject certificates; set the clock: timedatectl set-time"
        : Jump is { } jump && JumpAgo < TimeSpan.FromHours(1)
            ? $"the clock of this host was set {(jump > TimeSpan.Zero ? "forward" : "back")} by {Words.Time(jump.Duration())}, "
                + $"{Words.Time(JumpAgo)} ago; earlier and later times cannot be compared"
        : null;
}
