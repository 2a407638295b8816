using System.Net;

namespace Rackboot.Daemon.Clouds;

/// <summary>How many requests one network may send in a minute. What is counted is bounded; when that is full, newcomers are let through:
/// tokens cannot be
/// guessed, and connections are few.</summary>
internal sealed class HandoutPace(TimeProvider time)
{
    public const int AMinute = 10;

    private const int MostNetworks = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _counts = [];
    private long _minute;

    public bool Lets(IPAddress from)
    {
        var network = HostNetwork.Of(from);
        lock (_lock)
        {
            var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
            if (minute != _minute)
                _counts.Clear();
            _minute = minute;
            if (!_counts.TryGetValue(network, out var count) && _counts.Count >= MostNetworks)
                return true;
            _counts[network] = count + 1;
            return count < AMinute;
        }
    }
}
