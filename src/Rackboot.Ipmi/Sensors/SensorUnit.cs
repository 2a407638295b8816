namespace Rackboot.Ipmi;

/// <summary>The unit of a sensor's numbers (IPMI 2.0 §43.1, "Sensor Units", and §43.17).</summary>
/// <param name="Format">Whether there are numbers at all.</param>
/// <param name="IsPercentage">The number is a percentage of the unit, or of nothing named.</param>
/// <param name="Rate">0 none; 1 µs, 2 ms, 3 s, 4 minute, 5 hour, 6 day.</param>
/// <param name="Relation">How the second unit belongs to the first: 0 not, 1 divides, 2 multiplies.</param>
/// <param name="BaseUnit">A code of §43.17: 0 to 92.</param>
/// <param name="ModifierUnit">A code of §43.17: 0 to 92.</param>
public sealed record SensorUnit(AnalogFormat Format, bool IsPercentage, int Rate, int Relation, byte BaseUnit, byte ModifierUnit)
{
    // §43.17.
    private static readonly string[] Names =
    [
        "", "°C", "°F", "K", "V", "A", "W", "J", "C", "VA", "nit", "lm", "lx", "cd", "kPa", "psi", "N", "CFM", "RPM", "Hz", "µs", "ms",
        "s", "min", "h", "d", "weeks",
        "mil", "in", "ft", "in³", "ft³", "mm", "cm", "m", "cm³", "m³", "L", "fl oz", "rad", "sr", "revolutions", "cycles", "g₀", "oz",
        "lb", "ft·lb", "oz·in", "G", "Gb",
        "H", "mH", "F", "µF", "Ω", "S", "mol", "Bq", "ppm", "", "dB", "dBA", "dBC", "Gy", "Sv", "K (colour)", "bit", "kbit", "Mbit",
        "Gbit", "B", "kB", "MB", "GB",
        "words", "dwords", "qwords", "lines", "hits", "misses", "retries", "resets", "overflows", "underruns", "collisions", "packets",
        "messages", "characters",
        "errors", "correctable errors", "uncorrectable errors", "fatal errors", "g",
    ];

    private static readonly string[] Rates = ["", "/µs", "/ms", "/s", "/min", "/h", "/d"];

    internal static SensorUnit Read(ReadOnlySpan<byte> units) =>
        new((AnalogFormat)(units[0] >> 6), (units[0] & 1) != 0, units[0] >> 3 & 7, units[0] >> 1 & 3, units[1], units[2]);

    /// <summary>As it is written behind a number: <c>°C</c>, <c>RPM</c>, <c>% of W</c>; empty if there is none.</summary>
    public override string ToString()
    {
        var unit = Name(BaseUnit) + Relation switch { 1 => "/" + Name(ModifierUnit), 2 => "·" + Name(ModifierUnit), _ => "" }
            + (Rate < Rates.Length ? Rates[Rate] : "");
        return !IsPercentage ? unit : unit.Length == 0 ? "%" : $"% of {unit}";
    }

    private static string Name(byte code) => code < Names.Length ? Names[code] : "";
}
