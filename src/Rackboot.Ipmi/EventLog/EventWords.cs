using System.Globalization;

namespace Rackboot.Ipmi;

/// <summary>Log records in plain words: which sensor, what it said, and what the event's two further bytes add (IPMI 2.0 §29.7,
/// §42.2).</summary>
internal static class EventWords
{
    public static string Describe(SelRecord record, IEnumerable<SensorRecord> sensors)
    {
        if (record.Event is not { } what)
            return DescribeOwn(record);
        var sensor = sensors.FirstOrDefault(s => s.Number == what.SensorNumber && s.Owner == what.Generator && s.Type == what.SensorType);
        var name = sensor?.Name is { Length: > 0 } known ? known : $"{what.SensorType.Describe()} sensor {what.SensorNumber:X2}h";
        var state = what.State.Text + (what.IsDeassertion ? ", no longer" : "");
        var detail = Detail(what, sensor);
        return $"{name}: {state}{(detail.Length > 0 ? $" ({detail})" : "")}{Sender(what.Generator)}";
    }

    private static string DescribeOwn(SelRecord record)
    {
        var maker = record.Manufacturer is { } number ? Makers.Name(number) ?? $"maker {number}" : "the maker";
        return $"OEM record of {maker}, type {record.Type:X2}h: {Convert.ToHexStringLower(record.OwnData.Span)}";
    }

    private static string Detail(SystemEvent what, SensorRecord? sensor)
    {
        var (second, third) = (what.Data1 >> 6, what.Data1 >> 4 & 3);
        if (what.EventReadingType == SensorStates.SensorSpecific)
            return OfType(what, second == 3, third == 3);
        if (what.EventReadingType != SensorStates.Threshold)
            return "";
        string[] numbers =
            [second == 1 ? Number("reading", what.Data2, sensor) : "", third == 1 ? Number("threshold", what.Data3, sensor) : ""];
        return string.Join(", ", numbers.Where(text => text.Length > 0));
    }

    // A non-linear sensor has factors of its own for each raw value; they are not asked for here.
    private static string Number(string what, byte raw, SensorRecord? sensor) =>
        sensor?.Conversion is { Linearization: not Linearization.NonLinear } conversion && conversion.Convert(raw) is { } value
            ? $"{what} {value.ToString("0.###", CultureInfo.InvariantCulture)} {sensor.Unit}".TrimEnd()
            : "";

    // Table 42-3: what bytes 2 and 3 mean where the first says that they are the sensor type's own.
    private static string OfType(SystemEvent what, bool second, bool third) => (what.SensorType, what.Data1 & 0x0F) switch
    {
        (SensorType.SystemFirmwareProgress, 0) when second => EventDetails.FirmwareError(what.Data2),
        (SensorType.SystemFirmwareProgress, 1 or 2) when second => EventDetails.FirmwareProgress(what.Data2),
        (SensorType.Memory, _) when third => $"memory module {what.Data3}",
        (SensorType.Slot, _) when third => $"slot {what.Data3}",
        (SensorType.Watchdog2, _) when second => EventDetails.TimerUse(what.Data2),
        (SensorType.SessionAudit, _) when second => (what.Data2 & 0x3F) == 0 ? "" : $"user {what.Data2 & 0x3F}",
        (SensorType.SystemEvent, 5) when second => (what.Data2 & 0x80) != 0 ? "after the change" : "before the change",
        _ => "",
    };

    // §32.1, table 5-4: software ids 00h to 0Fh are firmware, 10h to 1Fh its SMI handler, 20h to 2Fh management software.
    private static string Sender(byte generator) => (generator & 1) == 0 ? "" : (generator >> 1) switch
    {
        < 0x10 => ", from the firmware",
        < 0x20 => ", from the SMI handler",
        < 0x30 => ", from management software",
        _ => "",
    };
}
