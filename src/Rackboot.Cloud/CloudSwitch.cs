namespace Rackboot.Cloud;

/// <summary>What can be done to a server's power in one step.</summary>
public enum CloudSwitch
{
    On,

    /// <summary>At once, whatever the system does.</summary>
    Off,

    /// <summary>Start over without asking the system.</summary>
    Reset,

    /// <summary>Ask the system to shut down.</summary>
    Soft,
}
