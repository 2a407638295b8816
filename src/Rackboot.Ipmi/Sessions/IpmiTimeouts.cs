namespace Rackboot.Ipmi;

/// <summary>How long a BMC may take. A question is sent <see cref="Attempts"/> times, and the wait doubles each time.</summary>
public sealed record IpmiTimeouts
{
    public static IpmiTimeouts Default { get; } = new();

    /// <summary>The wait after the first attempt: with the defaults a silent BMC is given up after 3.5 s.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(0.5);

    public int Attempts { get; init; } = 3;

    /// <summary>
    /// The wait for the answer to a command that must not be repeated; it is sent once. Long, because some BMCs answer a power command only
    /// when they have carried it out.
    /// </summary>
    public TimeSpan Unrepeated { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a silent BMC is asked whether it lives, to tell a lost session from a dead BMC.</summary>
    public TimeSpan SignOfLife { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan Wait(int attempt) => First * (1 << Math.Min(attempt, 16));
}
