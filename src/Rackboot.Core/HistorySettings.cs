namespace Rackboot.Core;

/// <summary>Limits of the stored history, by time and by size.</summary>
public sealed record HistorySettings
{
    /// <summary>Since a boot ended; that of a deleted machine, since it was deleted. The newest boot of each machine stays.</summary>
    public TimeSpan Boots { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The newest one among them.</summary>
    public int BootsPerMachine { get; init; } = 20;

    /// <summary>What all boots with their timelines may take on disk; the oldest go first.</summary>
    public long BootBytes { get; init; } = 256L << 20;

    public TimeSpan Events { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Ordinary ones, and a tenth of it of each kind that matters for security.</summary>
    public int MostEvents { get; init; } = 10_000;

    /// <summary>Since what was done was done.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(400);
}
