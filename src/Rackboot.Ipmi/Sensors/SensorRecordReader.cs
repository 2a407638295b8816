using Rackboot.Ipmi.Text;

namespace Rackboot.Ipmi;

/// <summary>Reads the three kinds of sensor records. Offsets are those of IPMI 2.0 chapter 43, less one.</summary>
internal static class SensorRecordReader
{
    private const int FullName = 47;
    private const int CompactName = 31;
    private const int EventOnlyName = 16;

    public static bool TryRead(SdrRecordType type, ReadOnlySpan<byte> record, out IReadOnlyList<SensorRecord> sensors, out string? error)
    {
        sensors = [];
        var name = type switch { SdrRecordType.FullSensor => FullName, SdrRecordType.CompactSensor => CompactName, _ => EventOnlyName };
        if (record.Length <= name)
        {
            error = $"a record of type {(byte)type:X2}h needs at least {name + 1} bytes, got {record.Length}";
            return false;
        }

        // A name that runs over the record's end is cut there: what counts is whole, and several makers count wrongly.
        var length = Math.Min(TypeLengthText.Length(record[name]), record.Length - name - 1);
        var text = TypeLengthText.DecodeSensorName(record[name], record.Slice(name + 1, length));
        (sensors, error) = (type switch
        {
            SdrRecordType.FullSensor => [Full(record, text.Trim())],
            SdrRecordType.CompactSensor => Shared(Compact(record, text), record[23], record[24]),
            _ => Shared(EventOnly(record, text), record[12], record[13]),
        }, null);
        return true;
    }

    private static SensorRecord Full(ReadOnlySpan<byte> record, string name)
    {
        var unit = SensorUnit.Read(record[20..23]);
        var linearization = record[23] & 0x7F;
        var conversion = SensorConversion.Read(
            record[24..30], unit.Format, linearization >= 0x70 ? Linearization.NonLinear : (Linearization)linearization);
        var sensor = Compact(record, name) with { RecordType = SdrRecordType.FullSensor, Unit = unit };

        // HPE gives numbers to sensors without thresholds (ipmitool, lib/ipmi_sdr.c, sdr_sensor_has_analog_reading): a unit tells them from
        // the rest.
        if (unit.Format == AnalogFormat.None || (!sensor.HasThresholds && unit is { BaseUnit: 0, IsPercentage: false }))
            return sensor;

        // A non-linear sensor has other factors at each threshold: nothing but the command tells them.
        if (conversion.Linearization == Linearization.NonLinear)
            return sensor with { Conversion = conversion };

        // In the record the upper thresholds come first, the non-recoverable ones before the others.
        ReadOnlySpan<byte> thresholds = [record[41], record[40], record[39], record[38], record[37], record[36]];
        return sensor with
        {
            Conversion = conversion,
            Thresholds = sensor.HasThresholds ? SensorThresholds.Read(record[18], thresholds, conversion) : SensorThresholds.None,
            PositiveHysteresis = conversion.ConvertHysteresis(record[42]),
            NegativeHysteresis = conversion.ConvertHysteresis(record[43]),
            Nominal = (record[30] & 1) != 0 ? conversion.Convert(record[31]) : null,
        };
    }

    // Full and compact records are alike up to the units.
    private static SensorRecord Compact(
        ReadOnlySpan<byte> record, string name) => Sensor(SdrRecordType.CompactSensor, record, name, type: 12) with
    {
        Unit = SensorUnit.Read(record[20..23]),
        HasReadableThresholds = (record[11] >> 2 & 3) is 1 or 2 && (record[13] & 0x7F) == SensorStates.Threshold
            && (record[18] & 0x3F) != 0,
    };

    private static SensorRecord EventOnly(ReadOnlySpan<byte> record, string name) =>
        Sensor(SdrRecordType.EventOnlySensor, record, name, type: 10);

    // The three kinds begin alike; where the sensor's type stands, how its events are read stands next.
    private static SensorRecord Sensor(SdrRecordType kind, ReadOnlySpan<byte> record, string name, int type) => new()
    {
        RecordType = kind,
        Owner = record[5],
        OwnerLun = (byte)(record[6] & 3),
        Number = record[7],
        Name = name,
        Entity = record[8],
        EntityInstance = (byte)(record[9] & 0x7F),
        Type = (SensorType)record[type],
        EventReadingType = (byte)(record[type + 1] & 0x7F),
        Unit = null,
    };

    // §43.2, bytes 24 and 25: how many sensors share the record, and how their names and entities are counted on. The number
    // follows the shared name as it is, with its blanks.
    private static List<SensorRecord> Shared(SensorRecord first, byte sharing, byte modifier)
    {
        var count = Math.Max(1, sharing & 0x0F);
        var sensors = new List<SensorRecord>(count);
        for (var i = 0; i < count && first.Number + i < 0xFF; i++)
        {
            sensors.Add(count == 1 ? first with { Name = first.Name.Trim() } : first with
            {
                Number = (byte)(first.Number + i),
                Name = first.Name + Suffix((modifier & 0x7F) + i, alphabetic: (sharing & 0x30) == 0x10),
                EntityInstance = (modifier & 0x80) != 0 ? (byte)(first.EntityInstance + i & 0x7F) : first.EntityInstance,
            });
        }

        return sensors.Count > 0 ? sensors : [first with { Name = first.Name.Trim() }];
    }

    // Z is followed by AA, as in §43.2.
    private static string Suffix(int number, bool alphabetic) =>
        !alphabetic ? number.ToString() : number < 26
            ? ((char)('A' + number)).ToString()
            : Suffix(number / 26 - 1, true) + Suffix(number % 26, true);
}
