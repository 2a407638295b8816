namespace Rackboot.Core.Trust;

/// <summary>Somebody asked for a machine to be provisioned: until this ends, its machine configuration is released to it.</summary>
/// <param name="By">Who asked, as far as it is known.</param>
/// <param name="Why">By what: <c>described</c>, <c>rackboot provision</c>, …</param>
public sealed record Arm(DateTimeOffset Since, string By, string Why)
{
    /// <summary>When the configuration was first delivered completely; only retries are answered from then on.</summary>
    public DateTimeOffset? Delivered { get; init; }

    /// <summary>Whether it still holds. A clock that was set back does not prolong it.</summary>
    public bool IsInForce(DateTimeOffset now, TimeSpan limit, TimeSpan grace) =>
        Delivered is { } delivered ? (now - delivered).Duration() <= grace : (now - Since).Duration() < limit;
}
