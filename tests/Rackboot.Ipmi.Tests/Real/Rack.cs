using Rackboot.Ipmi.Tests.Commands;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>Sensors for ipmi_sim, whose conversions differ in every way the specification has.</summary>
internal static class Rack
{
    public static (SdrBytes Record, byte Raw)[] Sensors { get; } =
    [
        .. Enumerable.Range(0, 12).Select(i => (new SdrBytes
        {
            Name = $"Linear{i}", Number = (byte)(1 + i), Linearization = (byte)i, M = 3, B = 5, ResultExponent = -1,
        }, (byte)20)),
        (new SdrBytes { Name = "Twos", Number = 20, Units1 = 0x80, M = 2, B = -10, Thresholds = [0xFB, 0xF6, 0xF0, 80, 90, 95] }, 0xF8),
        (new SdrBytes { Name = "Ones", Number = 21, Units1 = 0x40, M = 2, Thresholds = [0xFB, 0xF6, 0xF0, 80, 90, 95] }, 0xF8),
        (new SdrBytes { Name = "12V", Number = 22, Type = 2, BaseUnit = 4, M = 59, ResultExponent = -3 }, 40),
        (new SdrBytes { Name = "Fan1", Number = 23, Type = 4, BaseUnit = 18, M = 140 }, 50),
        (new SdrBytes { Name = "Offset", Number = 24, M = -511, B = 511, BExponent = 2, ResultExponent = -2 }, 60),
        (new SdrBytes { Name = "Sixbit", Number = 25, PackedName = [0x86, 0x64, 0xDA, 0xB6, 0x7F, 0x18, 0x01], M = 1 }, 33),
    ];

    /// <summary>Makes a sensor with its record.</summary>
    public static string Commands(SdrBytes sensor, byte raw, int index)
    {
        var bytes = (sensor with { Id = (ushort)(index + 1) }).Full();
        var thresholds = string.Join(' ', sensor.Thresholds.Reverse());
        const string All = "000111111111111";
        return $"""
            sensor_add 0x20 0 {sensor.Number} {sensor.Type} {sensor.EventReadingType}
            sensor_set_value 0x20 0 {sensor.Number} {raw} 0
            sensor_set_threshold 0x20 0 {sensor.Number} settable 111111 {thresholds}
            sensor_set_event_support 0x20 0 {sensor.Number} enable scanning per-state {All} {All} {All} {All}
            main_sdr_add 0x20 {Bytes(bytes)}
            """;
    }

    public static string Bytes(IEnumerable<byte> bytes) => string.Join(' ', bytes.Select(b => $"0x{b:x2}"));
}
