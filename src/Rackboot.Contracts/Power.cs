namespace Rackboot.Contracts;

/// <summary>What can be done to machines.</summary>
public enum PowerAction
{
    /// <summary>Only read the state.</summary>
    Status,
    On,

    /// <summary>At once, whatever the system does.</summary>
    Off,

    /// <summary>Off, and on again.</summary>
    Cycle,

    /// <summary>Start over without losing power.</summary>
    Reset,

    /// <summary>Ask the system to shut down.</summary>
    Soft,

    /// <summary>Light the machine's locator lamp.</summary>
    Identify,

    /// <summary>Install firmware.</summary>
    Firmware,
}

/// <summary>What a machine boots from once, at its next start.</summary>
public enum BootTarget
{
    Network,
    Disk,
    Bios,

    /// <summary>HTTP boot of the UEFI firmware, from the appliance's URL where the BMC takes one.</summary>
    Http,
}

/// <summary>Power state of a machine.</summary>
public enum PowerState
{
    Unknown,
    On,
    Off,
}

/// <summary>What is known of a machine's power.</summary>
/// <param name="State">As last read.</param>
/// <param name="Read">When; none if it never was.</param>
/// <param name="Problem">Why the last reading failed, and what to do; none if it did not.</param>
/// <param name="Driver">How it is switched.</param>
/// <param name="Stopped">Whether automation keeps away from this BMC until its credential or document changes.</param>
public sealed record MachinePower(PowerState State, DateTimeOffset? Read, string? Problem, string Driver, bool? Stopped);

/// <summary>Asks for something to be done to one machine.</summary>
public sealed record PowerRequest
{
    /// <summary>What to do.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>What to boot from at this start; without it the machine's own boot order.</summary>
    public BootTarget? Boot { get; init; }
}

/// <summary>Asks for something to be done to many machines: those named, those with labels, or all.</summary>
public sealed record PowerOrder
{
    /// <summary>What to do.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>What to boot from at this start; without it the machines' own boot order.</summary>
    public BootTarget? Boot { get; init; }

    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary><c>rack=r1,role!=worker</c>: those with these labels.</summary>
    public string? Selector { get; init; }

    /// <summary>All machines that are described.</summary>
    public bool? All { get; init; }
}

/// <summary>Something that is being done to machines, or was. Kept for an hour. One that a
/// restart of the daemon cuts off is taken up again, or ends with the reason.</summary>
public sealed record PowerOperation
{
    /// <summary>Id of the operation.</summary>
    public required string Id { get; init; }

    /// <summary>What is done.</summary>
    public required PowerAction Action { get; init; }

    /// <summary>What the machines boot from at this start.</summary>
    public BootTarget? Boot { get; init; }

    /// <summary>The file that is installed.</summary>
    public string? Firmware { get; init; }

    /// <summary>Who asked.</summary>
    public required string By { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>None while it is under way.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How far it has come on each machine.</summary>
    public required IReadOnlyList<PowerProgress> Machines { get; init; }
}

/// <summary>How far an operation has come on one machine.</summary>
/// <param name="Text">One sentence: what is being waited for, how it ended, or why it failed and what to do.</param>
/// <param name="Seconds">How long it took up to here.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Step">How far it has come.</param>
/// <param name="Power">Power state as last read.</param>
public sealed record PowerProgress(string Machine, PowerStep Step, string Text, PowerState Power, double Seconds);

/// <summary>How far an operation has come on a machine.</summary>
public enum PowerStep
{
    Waiting,
    Running,
    Done,
    Failed,

    /// <summary>Selected by label or by <c>all</c>, and has nothing to be switched with.</summary>
    Skipped,
}
