using System.Net;

namespace Rackboot.Daemon.Authentication;

/// <summary>Slows those who guess. A source that failed too often is not looked at for a while, and neither is a token that was guessed at
/// from anywhere, except from where it was used rightly before: nobody locks somebody else's token.</summary>
internal sealed class Throttle(TimeProvider time)
{
    /// <summary>Failures at once; then one each <see cref="Refill"/>.</summary>
    public const int Burst = 10;

    // Sources and tokens that are remembered; the ones that were quiet longest are forgotten.
    private const int Most = 4096;

    /// <summary>How long a source that failed too often waits for its next try.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromSeconds(6);

    private readonly Lock _lock = new();
    private readonly RecentlyUsed<string, Allowance> _allowances = new(Most);
    private readonly RecentlyUsed<string, bool> _trusted = new(Most);

    /// <summary>How many sources and tokens are remembered.</summary>
    public int Remembered
    {
        get
        {
            lock (_lock)
                return _allowances.Count;
        }
    }

    /// <summary>How long to wait before this is looked at; null if it is looked at now.</summary>
    /// <param name="token">The id of the token that is shown; null for anything else.</param>
    public TimeSpan? Wait(IPAddress from, string? token)
    {
        lock (_lock)
            return Keys(from, token).Select(key => Of(key)).Where(a => a < 1).Select(a => (TimeSpan?)((1 - a) * Refill)).Max();
    }

    /// <summary>A try failed.</summary>
    public void Failed(IPAddress from, string? token)
    {
        lock (_lock)
            foreach (var key in Keys(from, token))
                _allowances.Set(key, new Allowance(Math.Max(0, Of(key) - 1), time.GetTimestamp()));
    }

    /// <summary>A token was right.</summary>
    public void Succeeded(IPAddress from, string token)
    {
        lock (_lock)
            _trusted.Set(Pair(from, token), true);
    }

    private IEnumerable<string> Keys(IPAddress from, string? token) =>
        token is not null && _trusted.TryGet(Pair(from, token), out _) ? [Pair(from, token)]
        : token is not null ? [Source(from), token]
        : [Source(from)];

    private double Of(string key) => _allowances.TryGet(key, out var known)
        ? Math.Min(Burst, known.Left + (time.GetElapsedTime(known.At) / Refill))
        : Burst;

    private static string Pair(IPAddress from, string token) => $"{Source(from)} {token}";

    private static string Source(IPAddress from) => HostNetwork.Of(from).ToString();

    private readonly record struct Allowance(double Left, long At);
}
