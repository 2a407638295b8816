namespace Rackboot.Ipmi.Tests.Commands;

public class ConversionTests
{
    [Theory]
    [InlineData(AnalogFormat.Unsigned, 200, 200)]
    [InlineData(AnalogFormat.TwosComplement, 0x80, -128)]
    [InlineData(AnalogFormat.TwosComplement, 0xFF, -1)]
    [InlineData(AnalogFormat.TwosComplement, 0x7F, 127)]
    [InlineData(AnalogFormat.OnesComplement, 0x80, -127)]
    [InlineData(AnalogFormat.OnesComplement, 0xFF, 0)]
    [InlineData(AnalogFormat.OnesComplement, 0xFE, -1)]
    [InlineData(AnalogFormat.OnesComplement, 0x7F, 127)]
    public void A_raw_byte_is_a_number_in_the_format_of_its_sensor(AnalogFormat format, byte raw, double value) =>
        Assert.Equal(value, new SensorConversion(1, 0, 0, 0, format, Linearization.Linear).Convert(raw));

    // The numbers were computed with Python's math module.
    [Theory]
    [InlineData(Linearization.Linear, 8)]
    [InlineData(Linearization.Ln, 2.0794415416798357)]
    [InlineData(Linearization.Log10, 0.9030899869919435)]
    [InlineData(Linearization.Log2, 3)]
    [InlineData(Linearization.Exp, 2980.9579870417283)]
    [InlineData(Linearization.Exp10, 100000000)]
    [InlineData(Linearization.Exp2, 256)]
    [InlineData(Linearization.Reciprocal, 0.125)]
    [InlineData(Linearization.Square, 64)]
    [InlineData(Linearization.Cube, 512)]
    [InlineData(Linearization.SquareRoot, 2.8284271247461903)]
    [InlineData(Linearization.CubeRoot, 2)]
    public void Each_linearization_is_applied_to_the_linear_number(Linearization linearization, double value) =>
        Assert.Equal(value, new SensorConversion(2, 0, 0, 0, AnalogFormat.Unsigned, linearization).Convert(4)!.Value, 9);

    [Theory]
    [InlineData(511, -512, 3, -2, 100, (511 * 100 - 512e3) / 100)]
    [InlineData(-512, 511, -8, 7, 3, (-1536 + 511e-8) * 1e7)]
    [InlineData(59, 0, 0, -3, 205, 12.095)]
    public void Factors_reach_from_minus_512_to_511_and_exponents_from_minus_8_to_7(
        int m, int b, int bExponent, int exponent, byte raw, double value)
    {
        var bytes = new SdrBytes { M = m, B = b, BExponent = bExponent, ResultExponent = exponent }.Full();
        Assert.True(SdrRecord.TryParse(bytes, out var record, out _));
        Assert.Equal(
            new SensorConversion(m, b, bExponent, exponent, AnalogFormat.Unsigned, Linearization.Linear), record.Sensors[0].Conversion);
        Assert.Equal(value, record.Sensors[0].Conversion!.Convert(raw)!.Value, Math.Abs(value) * 1e-12);
    }

    [Fact]
    public void What_is_no_number_is_not_shown_as_one()
    {
        Assert.Null(new SensorConversion(1, 0, 0, 0, AnalogFormat.Unsigned, Linearization.Reciprocal).Convert(0));
        Assert.Null(new SensorConversion(1, 0, 0, 0, AnalogFormat.Unsigned, Linearization.Ln).Convert(0));
        Assert.Null(new SensorConversion(-1, 0, 0, 0, AnalogFormat.Unsigned, Linearization.SquareRoot).Convert(4));
        Assert.Null(new SensorConversion(1, 0, 0, 0, AnalogFormat.None, Linearization.Linear).Convert(4));
    }

    [Fact]
    public void A_hysteresis_is_a_difference()
    {
        var conversion = new SensorConversion(5, -20, 1, -1, AnalogFormat.Unsigned, Linearization.Linear);
        Assert.Equal(2, conversion.ConvertHysteresis(4));
        Assert.Null(conversion.ConvertHysteresis(0));
        Assert.Null(conversion.ConvertHysteresis(0xFF));
    }

    [Theory]
    [InlineData(0x00, 1, 0, "°C")]
    [InlineData(0x00, 4, 0, "V")]
    [InlineData(0x00, 6, 0, "W")]
    [InlineData(0x00, 18, 0, "RPM")]
    [InlineData(0x00, 58, 0, "ppm")]
    [InlineData(0x00, 73, 0, "GB")]
    [InlineData(0x00, 88, 0, "errors")]
    [InlineData(0x00, 92, 0, "g")]
    [InlineData(0x01, 0, 0, "%")]
    [InlineData(0x01, 6, 0, "% of W")]
    [InlineData(0x18, 70, 0, "B/s")]
    [InlineData(0x02, 69, 22, "Gbit/s")]
    [InlineData(0x04, 16, 34, "N·m")]
    [InlineData(0x00, 200, 0, "")]
    public void Units_are_written_as_people_write_them(byte units1, byte baseUnit, byte modifier, string text)
    {
        Assert.True(SdrRecord.TryParse(
            new SdrBytes { Units1 = units1, BaseUnit = baseUnit, ModifierUnit = modifier }.Full(), out var record, out _));
        Assert.Equal(text, record.Sensors[0].Unit!.ToString());
    }
}
