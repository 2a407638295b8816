using System.Globalization;

namespace Rackboot.Ipmi;

/// <summary>A time as BMCs keep it: seconds since 1970, in a zone that nobody names (IPMI 2.0 §37); most BMCs are set to UTC.</summary>
/// <param name="Seconds">As it comes on the wire.</param>
public readonly record struct IpmiTimestamp(uint Seconds)
{
    // §37.1: up to this value they count from the start of the BMC, whose clock had not been set.
    private const uint MostSinceStart = 0x2000_0000;

    public bool IsUnspecified => Seconds == 0xFFFF_FFFF;

    /// <summary>The time of day; null if it is unspecified or the clock had not been set.</summary>
    public DateTimeOffset? At => IsUnspecified || Seconds <= MostSinceStart ? null : DateTimeOffset.FromUnixTimeSeconds(Seconds);

    /// <summary>The time since the BMC started; null if the clock had been set.</summary>
    public TimeSpan? SinceStart => Seconds <= MostSinceStart ? TimeSpan.FromSeconds(Seconds) : null;

    /// <summary>1970 to 2106; what lies outside is <see cref="IsUnspecified"/>.</summary>
    public static IpmiTimestamp From(DateTimeOffset time) =>
        new(time.ToUnixTimeSeconds() is >= 0 and < 0xFFFF_FFFF and var seconds ? (uint)seconds : 0xFFFF_FFFF);

    public override string ToString() =>
        At is { } at ? at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : SinceStart is { } start ? $"{(long)start.TotalSeconds} s after the BMC's start"
        : "time unknown";
}
