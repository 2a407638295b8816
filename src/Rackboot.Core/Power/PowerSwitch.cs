namespace Rackboot.Core.Power;

/// <summary>What a driver can do to a machine in one step; a power cycle is two of them, with the state read in between.</summary>
public enum PowerSwitch
{
    On,

    /// <summary>At once, whatever the system does.</summary>
    Off,

    /// <summary>Start over without losing power.</summary>
    Reset,

    /// <summary>Ask the system to shut down.</summary>
    Soft,
}
