using System.Globalization;

namespace Rackboot.Ipmi;

/// <summary>What a sensor says now (IPMI 2.0 §35.14).</summary>
public sealed record SensorReading
{
    public required SensorRecord Sensor { get; init; }
    public required SensorAvailability Availability { get; init; }

    /// <summary>The reading as a byte; null if there is none.</summary>
    public byte? Raw { get; init; }

    /// <summary>The reading in the sensor's unit; null if it has no numbers or none now.</summary>
    public double? Value { get; init; }

    /// <summary>The states that hold. For a sensor with thresholds: those that are crossed.</summary>
    public IReadOnlyList<SensorState> States { get; init; } = [];

    /// <summary>The worst of the states; a sensor without a reading is <see cref="SensorHealth.Ok"/>, for nothing is known against
    /// it.</summary>
    public SensorHealth Health => States.Count == 0 ? SensorHealth.Ok : States.Max(s => s.Health);

    /// <summary><c>45 °C</c>, <c>present</c>, <c>absent</c>.</summary>
    public override string ToString()
    {
        if (Availability != SensorAvailability.Available)
        {
            return Availability switch
            {
                SensorAvailability.Unavailable => "no reading",
                SensorAvailability.NotScanned => "not scanned",
                SensorAvailability.Absent => "absent",
                _ => "cannot be read",
            };
        }

        var states = string.Join(", ", States.Select(s => s.Text));
        if (Value is not { } value)
            return states.Length > 0 ? states : "no state";
        var number = $"{value.ToString("0.###", CultureInfo.InvariantCulture)} {Sensor.Unit}".TrimEnd();
        return states.Length > 0 ? $"{number} ({states})" : number;
    }

    internal static SensorReading Without(SensorRecord sensor, SensorAvailability availability) =>
        new() { Sensor = sensor, Availability = availability };

    /// <summary>From the answer's bytes: reading, flags, and one or two bytes of states.</summary>
    internal static SensorReading Read(SensorRecord sensor, ReadOnlySpan<byte> data, SensorConversion? conversion)
    {
        if ((data[1] & 0x20) != 0)
            return Without(sensor, SensorAvailability.Unavailable);
        if ((data[1] & 0x40) == 0)
            return Without(sensor, SensorAvailability.NotScanned);
        var bits = data.Length > 2 ? data[2] : 0;

        // Old BMCs fill the byte of states 8 to 14 with ones: seven states at once are none.
        var further = data.Length > 3 && (data[3] & 0x7F) != 0x7F ? data[3] & 0x7F : 0;
        return new SensorReading
        {
            Sensor = sensor,
            Availability = SensorAvailability.Available,
            Raw = data[0],
            Value = conversion?.Convert(data[0]),
            States = sensor.HasThresholds
                ? Crossed(bits)
                : SensorStates.Asserted(sensor.Type, sensor.EventReadingType, bits | further << 8),
        };
    }

    // Only the worst on each side: a reading above the critical threshold is above the non-critical one too. In the table of threshold
    // events "going low" past lower ones are the offsets 0, 2, 4 and "going high" past upper ones 7, 9, 11 (§42.1, table 42-2).
    private static List<SensorState> Crossed(int bits)
    {
        var states = new List<SensorState>();
        if ((bits & 0x07) != 0)
            states.Add(SensorStates.Describe(default, SensorStates.Threshold, (bits & 0x04) != 0 ? 4 : (bits & 0x02) != 0 ? 2 : 0));
        if ((bits & 0x38) != 0)
            states.Add(SensorStates.Describe(default, SensorStates.Threshold, (bits & 0x20) != 0 ? 11 : (bits & 0x10) != 0 ? 9 : 7));
        return states;
    }
}
