namespace Rackboot.Redfish;

/// <summary>What to do with a machine's power. Which ResetType does it is chosen from those that the service allows.</summary>
public enum RedfishPowerAction
{
    On,

    /// <summary>Off at once.</summary>
    Off,

    /// <summary>Asks the operating system to shut down, and waits for it.</summary>
    SoftOff,

    /// <summary>Off and on again, the power really gone between them where the service can.</summary>
    Cycle,

    /// <summary>Restarts at once.</summary>
    Reset,

    /// <summary>Asks the operating system to restart.</summary>
    SoftReset,

    /// <summary>A non-maskable interrupt, for a crash dump.</summary>
    DiagnosticInterrupt,
}
