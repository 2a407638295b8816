namespace Rackboot.Ipmi;

/// <summary>
/// What the states of discrete sensors and the events of all sensors mean (IPMI 2.0 §42.1, table 42-2, and §42.2, table 42-3). How bad each
/// is follows libfreeipmi's rules (libfreeipmi/interpret), but that an empty slot is no harm, and lost redundancy a warning while the
/// machine runs on.
/// </summary>
public static class SensorStates
{
    /// <summary>The event/reading type code of sensors with thresholds.</summary>
    public const byte Threshold = 0x01;

    /// <summary>The event/reading type code of sensors whose states depend on the sensor's type.</summary>
    public const byte SensorSpecific = 0x6F;

    private const byte DigitalState = 0x03;

    /// <summary>The meaning of one state.</summary>
    /// <param name="type">The sensor's type.</param>
    /// <param name="eventReadingType">Which table its states are in: 01h, 02h to 0Ch, 6Fh, or 70h to 7Fh for a maker's own.</param>
    /// <param name="offset">The state's number: 0 to 15.</param>
    public static SensorState Describe(SensorType type, byte eventReadingType, int offset)
    {
        var table = eventReadingType == SensorSpecific ? StateTable.OfSensorType(type) : StateTable.Generic(eventReadingType);
        if (offset < 0 || offset >= table.Length || table[offset].Length == 0)
            return new SensorState(
                offset, $"state {offset}{(eventReadingType >= 0x70 || (byte)type >= 0xC0 ? " (OEM)" : "")}", SensorHealth.Ok);
        return table[offset][0] switch
        {
            '!' => new SensorState(offset, table[offset][1..], SensorHealth.Critical),
            '~' => new SensorState(offset, table[offset][1..], SensorHealth.Warning),
            _ => new SensorState(offset, table[offset],
                eventReadingType == DigitalState && offset == 1 && MeansHarm(type) ? SensorHealth.Warning : SensorHealth.Ok),
        };
    }

    // "State asserted" alone is vague: for these types it is the fault that the sensor monitors.
    private static bool MeansHarm(
        SensorType type) => type is SensorType.Temperature or SensorType.Voltage or SensorType.Current or SensorType.Fan
        or SensorType.Processor or SensorType.PowerSupply or SensorType.PowerUnit or SensorType.CoolingDevice or SensorType.Memory
        or SensorType.Board
        or SensorType.BootError or SensorType.OsStop;

    /// <summary>The states that hold, from the bits of a reading.</summary>
    internal static List<SensorState> Asserted(SensorType type, byte eventReadingType, int bits)
    {
        var states = new List<SensorState>();
        for (var offset = 0; offset < 15; offset++)
        {
            if ((bits >> offset & 1) != 0)
                states.Add(Describe(type, eventReadingType, offset));
        }

        return states;
    }
}
