namespace Rackboot.Core.Network;

/// <summary>On which interfaces messages arrive twice, one after the other: one alone may be an accident.</summary>
public sealed class NetworkLoops(TimeProvider time)
{
    private const int Enough = 3;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Device> _devices = [];

    /// <summary>A message arrived twice.</summary>
    /// <param name="isNews">It should be told: it was not for some time.</param>
    /// <returns>Whether so many did lately that the network is the reason.</returns>
    public bool Notice(string device, out bool isNews)
    {
        lock (_lock)
        {
            if (!_devices.TryGetValue(device, out var known))
                _devices.Add(device, known = new Device());
            known.Twice.RemoveAll(at => time.GetElapsedTime(at) > Recent);
            if (known.Twice.Count < Enough)
                known.Twice.Add(time.GetTimestamp());
            var many = known.Twice.Count >= Enough;
            isNews = many && (known.Told is not { } told || time.GetElapsedTime(told) > TellEvery);
            if (isNews)
                known.Told = time.GetTimestamp();
            return many;
        }
    }

    private sealed class Device
    {
        public List<long> Twice { get; } = [];

        public long? Told { get; set; }
    }
}
