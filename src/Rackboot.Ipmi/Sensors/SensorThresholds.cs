namespace Rackboot.Ipmi;

/// <summary>A sensor's thresholds in its unit; null where it has none or does not show it (IPMI 2.0 §35.9 and §43.1).</summary>
public sealed record SensorThresholds
{
    public static SensorThresholds None { get; } = new();

    public double? LowerNonCritical { get; init; }
    public double? LowerCritical { get; init; }
    public double? LowerNonRecoverable { get; init; }
    public double? UpperNonCritical { get; init; }
    public double? UpperCritical { get; init; }
    public double? UpperNonRecoverable { get; init; }

    // §35.9: the mask's bits and the bytes run from lower non-critical, critical, non-recoverable to the upper ones.
    internal static SensorThresholds Read(int mask, ReadOnlySpan<byte> raw, SensorConversion conversion)
    {
        var values = new double?[6];
        for (var i = 0; i < values.Length; i++)
            values[i] = (mask >> i & 1) != 0 ? conversion.Convert(raw[i]) : null;
        return new SensorThresholds
        {
            LowerNonCritical = values[0],
            LowerCritical = values[1],
            LowerNonRecoverable = values[2],
            UpperNonCritical = values[3],
            UpperCritical = values[4],
            UpperNonRecoverable = values[5],
        };
    }
}
