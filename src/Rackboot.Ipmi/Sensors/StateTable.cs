namespace Rackboot.Ipmi;

/// <summary>The texts of <see cref="SensorStates"/>, by offset; <c>!</c> before a text marks it critical, <c>~</c> a warning, an empty one
/// is reserved.</summary>
internal static class StateTable
{
    private static readonly string[] Nothing = [];

    private static readonly string[][] GenericStates =
    [
        [],
        [
            "~below the lower warning threshold", "back above the lower warning threshold", "!below the lower critical threshold",
            "~back above the lower critical threshold", "!below the lower non-recoverable threshold",
            "!back above the lower non-recoverable threshold",
            "back below the upper warning threshold", "~above the upper warning threshold", "~back below the upper critical threshold",
            "!above the upper critical threshold", "!back below the upper non-recoverable threshold",
            "!above the upper non-recoverable threshold",
        ],
        ["idle", "active", "busy"],
        ["state not asserted", "state asserted"],
        ["no failure predicted", "~failure predicted"],
        ["limit not exceeded", "!limit exceeded"],
        ["performance met", "~performance lags"],
        [
            "ok", "~non-critical, was ok", "!critical", "!non-recoverable", "~non-critical, was more severe",
            "!critical, was non-recoverable",
            "!non-recoverable", "~being watched", "informational",
        ],
        ["absent", "present"],
        ["disabled", "enabled"],
        ["running", "in test", "powered off", "on line", "off line", "off duty", "~degraded", "power save", "!installation error"],
        [
            "fully redundant", "~redundancy lost", "~redundancy degraded", "~not redundant, resources suffice (was redundant)",
            "~not redundant, resources suffice (did not before)", "!not redundant, resources do not suffice",
            "~redundancy degraded (was full)", "~redundancy degraded (was none)",
        ],
        ["D0 power state", "D1 power state", "D2 power state", "D3 power state"],
    ];

    private static readonly Dictionary<SensorType, string[]> TypeStates = new()
    {
        [SensorType.PhysicalSecurity] =
        [
            "!chassis opened", "!drive bay opened", "!I/O card area opened", "!processor area opened", "~network cable unplugged",
            "!unauthorized undocking",
            "!fan area opened",
        ],
        [SensorType.PlatformSecurity] =
        [
            "!front panel lockout violated", "!wrong user password before boot", "!wrong setup password before boot",
            "!wrong network boot password",
            "!other password violation before boot", "!wrong password on remote access",
        ],
        [SensorType.Processor] =
        [
            "!internal error (IERR)", "!thermal trip", "!self test failed (FRB1/BIST)", "!hung in POST (FRB2)", "!did not start (FRB3)",
            "!configuration error",
            "!uncorrectable processor complex error", "present", "~disabled", "terminator present", "~throttled",
            "!uncorrectable machine check",
            "~correctable machine check",
        ],
        [SensorType.PowerSupply] =
        [
            "present", "!failed", "~failure predicted", "!input lost", "!input lost or out of range", "!input out of range",
            "!configuration error", "inactive (standby)",
        ],
        [SensorType.PowerUnit] =
        [
            "off", "power cycle", "!240 VA power down", "!interlock power down", "!mains lost", "!soft power control failed", "!failed",
            "~failure predicted",
        ],
        [SensorType.Memory] =
        [
            "~correctable error", "!uncorrectable error", "!parity error", "!scrub failed (stuck bit)", "~device disabled",
            "~correctable errors are no longer logged",
            "present", "!configuration error", "spare", "~throttled", "!critical overtemperature",
        ],
        [SensorType.DriveSlot] =
        [
            "drive present", "!drive fault", "~failure predicted", "hot spare", "consistency check in progress", "!in a critical array",
            "!in a failed array",
            "~rebuild in progress", "~rebuild aborted",
        ],
        [SensorType.SystemFirmwareProgress] = ["!firmware error (POST)", "!firmware hang", "firmware progress"],
        [SensorType.EventLogging] =
        [
            "~correctable memory errors are no longer logged", "~one type of event is no longer logged", "log cleared",
            "~all logging disabled", "!event log full",
            "~event log almost full", "~correctable machine checks are no longer logged",
        ],
        [SensorType.Watchdog1] =
        [
            "!BIOS watchdog reset", "!OS watchdog reset", "!OS watchdog shutdown", "!OS watchdog power down", "!OS watchdog power cycle",
            "!OS watchdog NMI",
            "~OS watchdog expired, no action", "~OS watchdog interrupt ahead",
        ],
        [SensorType.SystemEvent] =
        [
            "system reconfigured", "OEM system boot event", "!undetermined hardware failure", "entry added to an auxiliary log",
            "platform event filter acted",
            "clock set",
        ],
        [SensorType.CriticalInterrupt] =
        [
            "!diagnostic interrupt from the front panel", "!bus timeout", "!I/O channel check NMI", "!software NMI", "!PCI parity error",
            "!PCI system error",
            "!EISA failsafe timeout", "~correctable bus error", "!uncorrectable bus error", "!fatal NMI", "!fatal bus error",
            "~bus degraded",
        ],
        [SensorType.Button] = ["power button pressed", "sleep button pressed", "reset button pressed", "~latch open",
            "service requested by button"],
        [SensorType.ChipSet] = ["!soft power control failed", "!thermal trip"],
        [SensorType.Cable] = ["connected", "!wrongly connected"],
        [SensorType.SystemBoot] =
        [
            "started by power-up", "started by hard reset", "started by warm reset", "network boot requested by a user",
            "automatic boot to diagnostics",
            "hard reset by software", "warm reset by software", "system restart",
        ],
        [SensorType.BootError] =
        [
            "!no bootable medium", "!non-bootable diskette in the drive", "!no PXE server found", "!invalid boot sector",
            "~timeout waiting for boot source selection",
        ],
        [SensorType.OsBoot] =
        [
            "booted from A:", "booted from C:", "booted from the network", "diagnostics booted", "booted from CD", "booted from ROM",
            "booted", "installation started",
            "installation completed", "~installation aborted", "!installation failed",
        ],
        [SensorType.OsStop] =
        [
            "!critical stop while loading the OS", "!critical stop of the OS", "OS graceful stop", "OS graceful shutdown",
            "soft shutdown by the platform event filter",
            "!agent does not answer",
        ],
        [SensorType.Slot] =
        [
            "!fault", "identify", "device attached", "ready for a device", "ready for removal", "power off", "removal requested",
            "~interlock", "~disabled",
            "holds a spare",
        ],
        [SensorType.AcpiPowerState] =
        [
            "S0 (working)", "S1 (sleeping)", "S2 (sleeping)", "S3 (suspended to memory)", "S4 (suspended to disk)", "S5 (soft off)",
            "S4 or S5 (soft off)",
            "G3 (mechanical off)", "sleeping (S1, S2 or S3)", "G1 (sleeping)", "S5 by override", "on (legacy)", "off (legacy)", "",
            "~unknown",
        ],
        [SensorType.Watchdog2] = ["~expired, no action", "!hard reset", "!power down", "!power cycle", "", "", "", "", "~interrupt ahead"],
        [SensorType.PlatformAlert] = ["page sent", "LAN alert sent", "platform event trap sent", "SNMP trap sent"],
        [SensorType.EntityPresence] = ["present", "absent", "disabled"],
        [SensorType.Lan] = ["~heartbeat lost", "heartbeat"],
        [SensorType.ManagementHealth] =
        [
            "!sensor access degraded", "!controller access degraded", "!controller off line", "!controller unavailable", "!sensor failed",
            "!FRU failed",
        ],
        [SensorType.Battery] = ["~low", "!failed", "present"],
        [SensorType.SessionAudit] = ["session opened", "session closed", "~wrong user name or password",
            "!user locked after wrong passwords"],
        [SensorType.VersionChange] =
        [
            "~hardware changed", "~firmware or software changed", "!incompatible hardware", "!incompatible firmware or software",
            "!unsupported hardware version",
            "!unsupported firmware or software version", "hardware change completed", "firmware or software change completed",
        ],
        [SensorType.FruState] =
        [
            "not installed", "inactive", "activation requested", "activation in progress", "active", "deactivation requested",
            "deactivation in progress",
            "!communication lost",
        ],
    };

    public static string[] Generic(byte eventReadingType) =>
        eventReadingType < GenericStates.Length ? GenericStates[eventReadingType] : Nothing;

    public static string[] OfSensorType(SensorType type) => TypeStates.GetValueOrDefault(type, Nothing);
}
