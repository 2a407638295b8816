namespace Rackboot.Contracts;

/// <summary>Actions on machines.</summary>
public enum PowerAction
{
    /// <summary>Read the power state.</summary>
    Status,
    On,

    /// <summary>Power off at once, without a shutdown.</summary>
    Off,

    /// <summary>Power off, then on.</summary>
    Cycle,

    /// <summary>Reset without cutting the power.</summary>
    Reset,

    /// <summary>Ask the operating system to shut down.</summary>
    Soft,

    /// <summary>Turn on the machine's identify LED.</summary>
    Identify,

    /// <summary>Install firmware.</summary>
    Firmware,
}

/// <summary>One-time boot sources for a machine's next start.</summary>
public enum BootTarget
{
    Network,
    Disk,
    Bios,

    /// <summary>HTTP boot of the UEFI firmware, from the appliance's URL if the BMC accepts one.</summary>
    Http,
}

/// <summary>Power state of a machine.</summary>
public enum PowerState
{
    Unknown,
    On,
    Off,
}

/// <summary>The known power state of a machine.</summary>
/// <param name="State">State as last read.</param>
/// <param name="Read">When it was last read; none if never.</param>
/// <param name="Problem">Why the last reading failed, and what to do; none if it succeeded.</param>
/// <param name="Driver">Protocol of the BMC.</param>
/// <param name="Stopped">Whether the appliance avoids this BMC until its credential or document changes.</param>
public sealed record MachinePower(PowerState State, DateTimeOffset? Read, string? Problem, string Driver, bool? Stopped);

/// <summary>A request for an action on one machine.</summary>
public sealed record PowerRequest
{
    /// <summary>The action.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>One-time boot source for this start. Default: the machine's own boot order.</summary>
    public BootTarget? Boot { get; init; }
}

/// <summary>A request for an action on many machines: by name, by label selector, or on all.</summary>
public sealed record PowerOrder
{
    /// <summary>The action.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>One-time boot source for this start. Default: the machines' own boot order.</summary>
    public BootTarget? Boot { get; init; }

    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary><c>rack=r1,role!=worker</c>: machines with these labels.</summary>
    public string? Selector { get; init; }

    /// <summary>All described machines.</summary>
    public bool? All { get; init; }
}

/// <summary>An action on machines, running or finished. Kept for an hour. If a daemon
/// restart interrupts it, it resumes or ends with the reason.</summary>
public sealed record PowerOperation
{
    /// <summary>Id of the operation.</summary>
    public required string Id { get; init; }

    /// <summary>The action.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>One-time boot source for this start.</summary>
    public BootTarget? Boot { get; init; }

    /// <summary>The firmware file to install.</summary>
    public string? Firmware { get; init; }

    /// <summary>Who requested it.</summary>
    public required string By { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended; none while it is running.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Its progress on each machine.</summary>
    public required IReadOnlyList<PowerProgress> Machines { get; init; }
}

/// <summary>The progress of an operation on one machine.</summary>
/// <param name="Text">One sentence: what it is waiting for, how it ended, or why it failed and what to do.</param>
/// <param name="Seconds">Seconds from the start to this step.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Step">Step it reached.</param>
/// <param name="Power">Power state as last read.</param>
public sealed record PowerProgress(string Machine, PowerStep Step, string Text, PowerState Power, double Seconds);

/// <summary>The steps of an operation on a machine.</summary>
public enum PowerStep
{
    Waiting,
    Running,
    Done,
    Failed,

    /// <summary>Selected by label or by <c>all</c>, but has no <c>bmc</c>.</summary>
    Skipped,
}
