namespace Rackboot.Ipmi;

/// <summary>How a console is opened and kept.</summary>
public sealed record SolOptions
{
    public static SolOptions Default { get; } = new();

    /// <summary>Ends the console of another where one is open; else opening fails.</summary>
    public bool TakeOver { get; init; }

    /// <summary>The wait for the acknowledgement of a packet of ours, before it is sent again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The wait before characters that the BMC refused are offered again.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>How often a packet is sent, and how often in a row the BMC may take none of its characters.</summary>
    public int Attempts { get; init; } = 7;

    /// <summary>How many packets of the BMC are kept for a slow reader; then the oldest are dropped and counted. A packet has 255
    /// characters at most.</summary>
    public int MostUnread { get; init; } = 2048;
}
