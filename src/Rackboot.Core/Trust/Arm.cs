namespace Rackboot.Core.Trust;

/// <summary>A machine is armed: until this ends, it gets its machine configuration.</summary>
/// <param name="By">The user, if known.</param>
/// <param name="Why">The reason: <c>described</c>, <c>rackboot provision</c>, …</param>
public sealed record Arm(DateTimeOffset Since, string By, string Why)
{
    /// <summary>When the configuration was first delivered completely; only retries are answered from then on.</summary>
    public DateTimeOffset? Delivered { get; init; }

    /// <summary>Whether it still holds. A clock that was set back does not prolong it.</summary>
    public bool IsInForce(DateTimeOffset now, TimeSpan limit, TimeSpan grace) =>
        Delivered is { } delivered ? (now - delivered).Duration() <= grace : (now - Since).Duration() < limit;
}
