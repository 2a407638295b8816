namespace Rackboot.Transfer;

/// <summary>How patient a transfer is.</summary>
public sealed record TransferPolicy
{
    /// <summary>How long a server may take to begin its answer. An Image Factory builds what was never asked for before, which takes
    /// minutes.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long nothing may arrive in the middle.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often in a row a transfer may fail without one byte more than before.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The pause after the first failure; each next one is twice as long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
