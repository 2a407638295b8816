namespace Rackboot.Ipmi;

/// <summary>From a raw byte to a number with a unit: y = L[(M·x + B·10^K1)·10^K2] (IPMI 2.0 §36.3).</summary>
/// <param name="M">−512 to 511.</param>
/// <param name="B">−512 to 511.</param>
/// <param name="BExponent">K1, −8 to 7.</param>
/// <param name="ResultExponent">K2, −8 to 7.</param>
/// <param name="Format">How the raw byte is a number.</param>
/// <param name="Linearization">L; 70h to 7Fh are read as <see cref="Linearization.NonLinear"/>, which applies nothing.</param>
public sealed record SensorConversion(int M, int B, int BExponent, int ResultExponent, AnalogFormat Format, Linearization Linearization)
{
    /// <summary>The number for a raw reading or threshold; null if there is none (no analog format, a logarithm of nothing, a division by
    /// zero).</summary>
    public double? Convert(byte raw)
    {
        if (Format == AnalogFormat.None)
            return null;
        return Finish((M * Signed(raw) + B * Math.Pow(10, BExponent)) * Math.Pow(10, ResultExponent));
    }

    /// <summary>A hysteresis: a difference, so that B is of no account. Null as for <see cref="Convert"/>, and for the raw values 00h and
    /// FFh (unspecified).</summary>
    public double? ConvertHysteresis(byte raw) =>
        Format == AnalogFormat.None || raw is 0x00 or 0xFF ? null : Finish(M * Signed(raw) * Math.Pow(10, ResultExponent));

    /// <summary>With the factors that hold for one reading of a non-linear sensor: six bytes as in Get Sensor Reading Factors
    /// (§35.5).</summary>
    internal SensorConversion With(ReadOnlySpan<byte> factors) => Read(factors, Format, Linearization.Linear);

    // The same six bytes in a full sensor record (§43.1, bytes 25 to 30) and in the factors: M, M and tolerance, B, B and accuracy,
    // accuracy, exponents.
    internal static SensorConversion Read(ReadOnlySpan<byte> factors, AnalogFormat format, Linearization linearization) => new(
        SignExtend(factors[0] | (factors[1] & 0xC0) << 2, 10),
        SignExtend(factors[2] | (factors[3] & 0xC0) << 2, 10),
        SignExtend(factors[5] & 0x0F, 4),
        SignExtend(factors[5] >> 4, 4),
        format,
        linearization);

    private int Signed(byte raw) => Format switch
    {
        AnalogFormat.OnesComplement when raw >= 0x80 => (sbyte)raw + 1,
        AnalogFormat.TwosComplement => (sbyte)raw,
        _ => raw,
    };

    private double? Finish(double number)
    {
        var result = Linearization switch
        {
            Linearization.Ln => Math.Log(number),
            Linearization.Log10 => Math.Log10(number),
            Linearization.Log2 => Math.Log2(number),
            Linearization.Exp => Math.Exp(number),
            Linearization.Exp10 => Math.Pow(10, number),
            Linearization.Exp2 => Math.Pow(2, number),
            Linearization.Reciprocal => 1 / number,
            Linearization.Square => number * number,
            Linearization.Cube => number * number * number,
            Linearization.SquareRoot => Math.Sqrt(number),
            Linearization.CubeRoot => Math.Cbrt(number),
            _ => number,
        };
        return double.IsFinite(result) ? result : null;
    }

    private static int SignExtend(int value, int bits) => value << (32 - bits) >> (32 - bits);
}
