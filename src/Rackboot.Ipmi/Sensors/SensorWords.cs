namespace Rackboot.Ipmi;

/// <summary>What sensors sense and belong to, in words (IPMI 2.0 §42.2, table 42-3; §43.14, table 43-13).</summary>
public static class SensorWords
{
    private static readonly string[] Types =
    [
        "", "temperature", "voltage", "current", "fan", "physical security", "platform security", "processor", "power supply",
        "power unit", "cooling device",
        "other", "memory", "drive slot", "memory resize", "firmware", "event log", "watchdog", "system event", "critical interrupt",
        "button", "board",
        "microcontroller", "add-in card", "chassis", "chip set", "FRU", "cable", "terminator", "system start", "boot error", "OS boot",
        "OS stop", "slot",
        "ACPI power state", "watchdog", "platform alert", "presence", "monitor ASIC", "LAN", "management", "battery", "session audit",
        "version", "FRU state",
    ];

    private static readonly string[] Entities =
    [
        "", "other", "", "processor", "disk", "peripheral bay", "management module", "system board", "memory module", "processor module",
        "power supply",
        "add-in card", "front panel", "back panel", "power system board", "drive backplane", "expansion board", "other system board",
        "processor board",
        "power unit", "power module", "power distribution board", "chassis back panel", "chassis", "sub-chassis", "other chassis board",
        "disk drive bay",
        "peripheral bay", "device bay", "fan", "cooling unit", "cable", "memory device", "management software", "firmware",
        "operating system", "system bus",
        "group", "remote management device", "outside", "battery", "blade", "switch", "processor and memory module", "I/O module",
        "processor and I/O module",
        "management firmware", "IPMI channel", "PCI bus", "PCI Express bus", "SCSI bus", "SATA or SAS bus", "processor bus", "clock",
        "firmware", "air inlet",
    ];

    /// <summary>What a sensor senses: <c>temperature</c>; <c>type C8h</c> for a maker's own.</summary>
    public static string Describe(this SensorType type) =>
        (byte)type is var code && code > 0 && code < Types.Length ? Types[code] : $"type {code:X2}h";

    /// <summary>The part a sensor belongs to: <c>processor</c>; <c>entity D0h</c> for others.</summary>
    /// <param name="entity">An entity id.</param>
    public static string Entity(byte entity) => entity switch
    {
        // For BMCs of DCMI 1.0.
        0x40 => "air inlet",
        0x41 => "processor",
        0x42 => "system board",
        _ when entity < Entities.Length && Entities[entity].Length > 0 => Entities[entity],
        _ => $"entity {entity:X2}h",
    };
}
