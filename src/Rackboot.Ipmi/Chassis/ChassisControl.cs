namespace Rackboot.Ipmi;

/// <summary>What Chassis Control does to the machine (IPMI 2.0 §28.3).</summary>
public enum ChassisControl : byte
{
    /// <summary>Off at once, without asking the operating system.</summary>
    PowerDown = 0,

    PowerUp = 1,

    /// <summary>Off, a pause of at least a second, on. A machine that is off may stay so, and some BMCs refuse it then.</summary>
    PowerCycle = 2,

    HardReset = 3,

    /// <summary>An NMI, on which operating systems write a dump.</summary>
    PulseDiagnosticInterrupt = 4,

    /// <summary>Asks the operating system by ACPI to shut down; it may take long, or not listen.</summary>
    SoftShutdown = 5,
}
