namespace Rackboot.Ipmi;

/// <summary>Why the machine last started (IPMI 2.0 §28.11).</summary>
public enum RestartCause : byte
{
    Unknown = 0,
    ChassisControl = 1,
    ResetButton = 2,
    PowerButton = 3,
    Watchdog = 4,
    Oem = 5,

    /// <summary>The mains came back, and the machine is to be on then.</summary>
    MainsBack = 6,

    /// <summary>The mains came back, and the machine had been on.</summary>
    MainsBackAsBefore = 7,

    /// <summary>The platform event filter reset it.</summary>
    EventFilterReset = 8,

    /// <summary>The platform event filter switched it off and on.</summary>
    EventFilterPowerCycle = 9,

    /// <summary>By the operating system or at the keyboard.</summary>
    SoftReset = 10,

    /// <summary>The machine's own clock.</summary>
    ClockWakeUp = 11,
}
