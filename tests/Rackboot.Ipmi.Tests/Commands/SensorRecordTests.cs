namespace Rackboot.Ipmi.Tests.Commands;

public class SensorRecordTests
{
    // Written by hand after §43.1, table 43-1: "CPU1 Temp", number 01h, two's complement, (5·x − 20)·10⁻¹ °C, upper thresholds that can be
    // read.
    private const string FullRecord =
        "0a00 51 01 34  20 00 01 03 01 7f 68 01 01  ff7f ff7f 3838  80 01 00  00 05 00 ec ff 00 f0"
        + "  07 5a 7f 00  7f 80  f0 e6 dc  00 00 00  04 04  0000 00 c9 43 50 55 31 20 54 65 6d 70";

    [Fact]
    public void A_full_record_tells_name_unit_and_thresholds()
    {
        var bytes = new SdrBytes
        {
            Id = 0x1234, Number = 7, M = 5, B = -20, BExponent = 1, ResultExponent = -1, Thresholds = [10, 5, 2, 220, 230, 240],
        }.Full();

        var sensor = Parse(bytes);

        Assert.Equal("CPU Temp", sensor.Name);
        Assert.Equal((byte)7, sensor.Number);
        Assert.Equal(SensorType.Temperature, sensor.Type);
        Assert.Equal("°C", sensor.Unit!.ToString());
        Assert.True(sensor is { HasThresholds: true, HasReadableThresholds: true, IsReadable: true, Entity: 3, EntityInstance: 1 });

        // (5·x + (−20)·10)·10⁻¹
        Assert.Equal(90, sensor.Thresholds.UpperNonCritical);
        Assert.Equal(95, sensor.Thresholds.UpperCritical);
        Assert.Equal(100, sensor.Thresholds.UpperNonRecoverable);
        Assert.Equal(-15, sensor.Thresholds.LowerNonCritical);
        Assert.Equal(-17.5, sensor.Thresholds.LowerCritical);
        Assert.Equal(-19, sensor.Thresholds.LowerNonRecoverable);
        Assert.Equal(1, sensor.PositiveHysteresis);
        Assert.Equal(0, sensor.Nominal);
    }

    [Fact]
    public void A_full_record_written_by_hand_is_read_field_by_field()
    {
        var sensor = Parse(Convert.FromHexString(FullRecord.Replace(" ", "", StringComparison.Ordinal)));

        Assert.Equal("CPU1 Temp", sensor.Name);
        Assert.Equal(new SensorConversion(5, -20, 0, -1, AnalogFormat.TwosComplement, Linearization.Linear), sensor.Conversion);
        Assert.Null(sensor.Thresholds.LowerCritical);
        Assert.Equal(-20, sensor.Thresholds.UpperNonCritical);
    }

    [Fact]
    public void A_threshold_that_cannot_be_read_is_not_shown()
    {
        var sensor = Parse(new SdrBytes { ReadableThresholds = 0b01_0000 }.Full());

        Assert.Equal(90, sensor.Thresholds.UpperCritical);
        Assert.Null(sensor.Thresholds.UpperNonCritical);
        Assert.Null(sensor.Thresholds.LowerCritical);
    }

    [Fact]
    public void A_record_that_sensors_share_is_a_sensor_for_each()
    {
        Assert.True(SdrRecord.TryParse(new SdrBytes
        {
            Name = "DIMM ", Type = 0x0C, EventReadingType = 0x6F, Number = 0x40, Sharing = 3, Modifier = 0x80 | 1,
        }.Compact(), out var record, out _));
        Assert.Equal(["DIMM 1", "DIMM 2", "DIMM 3"], record.Sensors.Select(s => s.Name));
        Assert.Equal([0x40, 0x41, 0x42], record.Sensors.Select(s => (int)s.Number));
        Assert.Equal([1, 2, 3], record.Sensors.Select(s => (int)s.EntityInstance));

        Assert.True(SdrRecord.TryParse(new SdrBytes { Name = "Fan ", Sharing = 0x10 | 4, Modifier = 24 }.EventOnly(), out record, out _));
        Assert.Equal(["Fan Y", "Fan Z", "Fan AA", "Fan AB"], record.Sensors.Select(s => s.Name));
        Assert.All(record.Sensors, s => Assert.False(s.IsReadable));
    }

    [Fact]
    public void A_sensor_behind_another_controller_cannot_be_read() =>
        Assert.False(Parse(new SdrBytes { Owner = 0x2C }.Full()).IsReadable);

    [Fact]
    public void A_fru_locator_tells_where_an_inventory_is()
    {
        Assert.True(SdrRecord.TryParse(new SdrBytes { Name = "PSU1 FRU", Number = 4, Entity = 10 }.FruLocator(), out var record, out _));
        Assert.Equal(new FruLocator(0x20, 4, true, 0, "PSU1 FRU", 10, 1), record.Fru);
        Assert.True(record.Fru!.IsReadable);
    }

    [Fact]
    public void Records_of_other_kinds_keep_their_type()
    {
        Assert.True(SdrRecord.TryParse([0x05, 0x00, 0x51, 0xC0, 3, 1, 2, 3], out var record, out _));
        Assert.Equal(SdrRecordType.Oem, record.Type);
        Assert.Empty(record.Sensors);
    }

    [Fact]
    public void Records_that_are_cut_off_are_refused_with_a_reason()
    {
        Assert.False(SdrRecord.TryParse([1, 0], out _, out var error));
        Assert.Equal("a sensor data record needs at least 5 bytes, got 2", error);
        Assert.False(SdrRecord.TryParse(new SdrBytes().Full().AsSpan(0, 40), out _, out error));
        Assert.StartsWith("the record declares", error, StringComparison.Ordinal);
        Assert.False(SdrRecord.TryParse([1, 0, 0x51, 1, 2, 0x20, 0], out _, out error));
        Assert.Equal("a record of type 01h needs at least 48 bytes, got 7", error);
    }

    [Fact]
    public void A_name_that_runs_over_the_end_is_cut_there() =>
        Assert.Equal("CP", Parse(new SdrBytes { PackedName = [0xCF, .. "CP"u8] }.Full()).Name);

    [Fact]
    public void A_discrete_sensor_has_a_number_only_if_it_has_a_unit()
    {
        Assert.Null(Parse(new SdrBytes { EventReadingType = 0x6F, BaseUnit = 0 }.Full()).Conversion);
        Assert.NotNull(Parse(new SdrBytes { EventReadingType = 0x0A, BaseUnit = 6 }.Full()).Conversion);
        Assert.Null(Parse(new SdrBytes { Units1 = 0xC0 }.Full()).Conversion);
    }

    [Theory]
    [InlineData(SensorType.Temperature, 0x03, "temperature", "processor")]
    [InlineData(SensorType.FruState, 0x37, "FRU state", "air inlet")]
    [InlineData(SensorType.PowerSupply, 0x0A, "power supply", "power supply")]
    [InlineData(SensorType.AcpiPowerState, 0x42, "ACPI power state", "system board")]
    [InlineData(SensorType.Watchdog2, 0x1D, "watchdog", "fan")]
    [InlineData((SensorType)0xC8, 0xD0, "type C8h", "entity D0h")]
    [InlineData((SensorType)0x00, 0x00, "type 00h", "entity 00h")]
    public void Types_and_entities_have_words(SensorType type, byte entity, string typeWords, string entityWords) =>
        Assert.Equal((typeWords, entityWords), (type.Describe(), SensorWords.Entity(entity)));

    private static SensorRecord Parse(byte[] bytes)
    {
        Assert.True(SdrRecord.TryParse(bytes, out var record, out var error), error);
        return Assert.Single(record.Sensors);
    }
}
