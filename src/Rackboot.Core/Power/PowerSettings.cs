namespace Rackboot.Core.Power;

/// <summary>How patient the appliance is with BMCs.</summary>
public sealed record PowerSettings
{
    /// <summary>How often each machine's state is read.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often each machine's sensors are read.</summary>
    public TimeSpan Sensors { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>BMCs that are spoken to at once: of a hall of 1,000 that powers on, the first fetch their kernel while the last are asked.
    /// </summary>
    public int Parallel { get; init; } = 256;

    /// <summary>For one call to a BMC, logging in included.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From the command until the state is what was asked.</summary>
    public TimeSpan Switch { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>For a system to shut down.</summary>
    public TimeSpan Shutdown { get; init; } = TimeSpan.FromMinutes(5);
}
