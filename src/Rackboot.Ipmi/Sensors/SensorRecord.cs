namespace Rackboot.Ipmi;

/// <summary>A sensor as its record describes it (IPMI 2.0 §43.1 to §43.3). A record that several sensors share is one of these for
/// each.</summary>
public sealed record SensorRecord
{
    public required SdrRecordType RecordType { get; init; }

    /// <summary>Who owns the sensor: 20h is the BMC itself; with bit 0 set a software id (§43.1, byte 6).</summary>
    public required byte Owner { get; init; }

    /// <summary>0 to 3.</summary>
    public required byte OwnerLun { get; init; }

    /// <summary>0 to 254; unique only together with owner and LUN.</summary>
    public required byte Number { get; init; }

    public required string Name { get; init; }
    public required SensorType Type { get; init; }

    /// <summary>01h thresholds, 02h to 0Ch generic states, 6Fh states of the sensor's type, 70h to 7Fh a maker's own (§42.1).</summary>
    public required byte EventReadingType { get; init; }

    /// <summary>What is monitored: an entity id of §43.14, such as 3 for a processor.</summary>
    public required byte Entity { get; init; }

    /// <summary>Which one of several: 0 to 127.</summary>
    public required byte EntityInstance { get; init; }

    /// <summary>Null for event-only sensors, which cannot be read.</summary>
    public required SensorUnit? Unit { get; init; }

    /// <summary>From raw reading to number; null if the sensor has no numbers.</summary>
    public SensorConversion? Conversion { get; init; }

    /// <summary>The thresholds as the record has them; the sensor's present ones are asked for (Get Sensor Thresholds).</summary>
    public SensorThresholds Thresholds { get; init; } = SensorThresholds.None;

    /// <summary>Whether the sensor has thresholds that can be asked for.</summary>
    public bool HasReadableThresholds { get; init; }

    /// <summary>The difference by which a reading must come back below an upper threshold; null if unspecified.</summary>
    public double? PositiveHysteresis { get; init; }

    /// <summary>The difference by which a reading must come back above a lower threshold; null if unspecified.</summary>
    public double? NegativeHysteresis { get; init; }

    /// <summary>The reading when all is well; null if not given.</summary>
    public double? Nominal { get; init; }

    public bool HasThresholds => EventReadingType == SensorStates.Threshold;

    /// <summary>Whether the BMC that is asked can read it: not event-only, and not behind another controller.</summary>
    public bool IsReadable => RecordType != SdrRecordType.EventOnlySensor && Owner == 0x20;
}
