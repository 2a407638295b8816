namespace Rackboot.Core.Boot;

/// <summary>The usual times without progress in each stage, learned from this rack's successful boots.</summary>
public sealed class StageTimes
{
    private const int Kept = 64;
    private const int Enough = 5;
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<BootStage, Queue<TimeSpan>> _seen = [];

    /// <summary>A boot left <paramref name="stage"/> and was at most <paramref name="quiet"/> without progress in it.</summary>
    public void Add(BootStage stage, TimeSpan quiet)
    {
        if (quiet < TimeSpan.Zero || quiet > StageLimits.For(stage) * 2)
            return; // the operator's delay, not the machine's
        lock (_lock)
        {
            if (!_seen.TryGetValue(stage, out var seen))
                _seen[stage] = seen = [];
            seen.Enqueue(quiet);
            if (seen.Count > Kept)
                seen.Dequeue();
        }
    }

    /// <summary>The time without progress after which something is likely wrong, and the number of boots it was learned from; 0: a
    /// default.</summary>
    public (TimeSpan Limit, int Boots) Usual(BootStage stage)
    {
        lock (_lock)
        {
            if (!_seen.TryGetValue(stage, out var seen) || seen.Count < Enough)
                return (StageLimits.Suspicious(stage), 0);
            var sorted = seen.Order().ToList();
            var limit = sorted[(sorted.Count * 9 - 1) / 10] * 1.5 + Margin;
            return (limit < Least ? Least : limit > StageLimits.For(stage) ? StageLimits.For(stage) : limit, sorted.Count);
        }
    }
}
