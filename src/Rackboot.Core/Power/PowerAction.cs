namespace Rackboot.Core.Power;

/// <summary>What an operator asks for.</summary>
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
