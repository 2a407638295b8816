namespace Rackboot.Ipmi.Tests.Commands;

public class SensorReadingTests
{
    [Theory]
    [InlineData("00 2d c0 c0", "45 °C", SensorHealth.Ok)]
    [InlineData("00 52 c0 c8", "82 °C (above the upper warning threshold)", SensorHealth.Warning)]
    [InlineData("00 5c c0 d8", "92 °C (above the upper critical threshold)", SensorHealth.Critical)]
    [InlineData("00 60 c0 f8", "96 °C (above the upper non-recoverable threshold)", SensorHealth.Critical)]
    [InlineData("00 04 c0 c3", "4 °C (below the lower critical threshold)", SensorHealth.Critical)]
    [InlineData("00 2d c0", "45 °C", SensorHealth.Ok)]
    public async Task A_temperature_tells_its_value_and_the_worst_threshold_it_crossed(string answer, string text, SensorHealth health)
    {
        var reading = await Read(new SdrBytes().Full(), answer);
        Assert.Equal(text, reading.ToString());
        Assert.Equal(health, reading.Health);
    }

    [Theory]
    [InlineData("00 00 e0 00", SensorAvailability.Unavailable, "no reading")]
    [InlineData("00 2d 80 00", SensorAvailability.NotScanned, "not scanned")]
    [InlineData("cb", SensorAvailability.Absent, "absent")]
    public async Task A_sensor_without_a_reading_says_why(string answer, SensorAvailability availability, string text)
    {
        var reading = await Read(new SdrBytes().Full(), answer);
        Assert.Equal(availability, reading.Availability);
        Assert.Null(reading.Value);
        Assert.Equal(text, reading.ToString());
    }

    [Fact]
    public async Task Discrete_states_are_told_in_words_with_the_worst_for_its_health()
    {
        var supply = new SdrBytes { Type = 0x08, EventReadingType = 0x6F }.Compact();

        Assert.Equal("present", (await Read(supply, "00 00 c0 01 80")).ToString());
        var lost = await Read(supply, "00 00 c0 09 80");
        Assert.Equal("present, input lost", lost.ToString());
        Assert.Equal(SensorHealth.Critical, lost.Health);
        Assert.Equal([0, 3], lost.States.Select(s => s.Offset));
    }

    [Fact]
    public async Task States_above_the_seventh_are_in_the_second_byte()
    {
        var reading = await Read(new SdrBytes { Type = 0x07, EventReadingType = 0x6F }.Compact(), "00 00 c0 80 84");
        Assert.Equal("present, throttled", reading.ToString());
        Assert.Equal(SensorHealth.Warning, reading.Health);
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("7f")]
    public async Task A_second_byte_of_nothing_but_ones_says_nothing(string further)
    {
        var reading = await Read(new SdrBytes { Type = 0x0C, EventReadingType = 0x6F }.Compact(), "00 00 c0 40 " + further);
        Assert.Equal("present", reading.ToString());
        Assert.Equal(SensorHealth.Ok, reading.Health);
    }

    [Theory]
    [InlineData(0x07, SensorHealth.Warning)]
    [InlineData(0x12, SensorHealth.Ok)]
    public async Task An_asserted_state_is_harm_only_where_the_sensor_watches_for_harm(byte type, SensorHealth health)
    {
        var reading = await Read(new SdrBytes { Type = type, EventReadingType = 0x03 }.Compact(), "00 00 c0 02 80");
        Assert.Equal("state asserted", reading.ToString());
        Assert.Equal(health, reading.Health);
    }

    [Fact]
    public async Task States_of_the_makers_own_keep_their_number() =>
        Assert.Equal("state 2 (OEM)",
            (await Read(new SdrBytes { Type = 0xC8, EventReadingType = 0x70 }.Compact(), "00 00 c0 04 80")).ToString());

    [Fact]
    public async Task Event_only_sensors_and_those_of_other_controllers_are_not_asked()
    {
        var channel = new ScriptedChannel();
        foreach (var bytes in new[] { new SdrBytes().EventOnly(), new SdrBytes { Owner = 0x2C }.Full() })
        {
            Assert.True(SdrRecord.TryParse(bytes, out var record, out _));
            Assert.Equal(SensorAvailability.NotReadable, (await channel.ReadSensorAsync(record.Sensors[0], default)).Availability);
        }

        Assert.Empty(channel.Requests);
    }

    [Fact]
    public async Task A_non_linear_sensor_is_read_with_the_factors_of_its_reading()
    {
        var channel = new ScriptedChannel()
            .On(IpmiNetFunction.SensorEvent, 0x2D, "00 14 c0 c0")
            .On(IpmiNetFunction.SensorEvent, 0x23, request => [0, 0x15, request[1], 0, 3, 0, 0, 0xF0]);
        Assert.True(SdrRecord.TryParse(new SdrBytes { Linearization = 0x70, M = 99 }.Full(), out var record, out _));

        // M is the raw reading here: (20·20 + 3)·10⁻¹.
        Assert.Equal(40.3, (await channel.ReadSensorAsync(record.Sensors[0], default)).Value!.Value, 9);
        Assert.Equal("3014", channel.Last);
        Assert.Null(record.Sensors[0].Thresholds.UpperCritical);
    }

    [Fact]
    public async Task A_sensor_in_another_logical_unit_is_asked_for_there()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.SensorEvent, 0x2D, "00 14 c0 c0");
        Assert.True(SdrRecord.TryParse(new SdrBytes { Lun = 2 }.Full(), out var record, out _));
        Assert.Equal("20 °C", (await channel.ReadSensorAsync(record.Sensors[0], default)).ToString());
        Assert.Equal(2, channel.Requests.Single().Lun);
    }

    [Fact]
    public async Task Thresholds_are_those_that_hold_now()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.SensorEvent, 0x27, "00 1b 0a 05 02 50 5a 5f");
        Assert.True(SdrRecord.TryParse(new SdrBytes { Units1 = 0, M = 2 }.Full(), out var record, out _));

        var thresholds = await channel.GetThresholdsAsync(record.Sensors[0], default);

        Assert.Equal(
            new SensorThresholds { LowerNonCritical = 20, LowerCritical = 10, UpperNonCritical = 160, UpperCritical = 180 },
            thresholds);
    }

    [Fact]
    public async Task One_refused_sensor_does_not_hide_the_others()
    {
        var channel = new ScriptedChannel().On(
            IpmiNetFunction.SensorEvent, 0x2D, request => request[0] == 1 ? [0xFF] : [0, 30, 0xC0, 0xC0]);
        var sensors = new[] { new SdrBytes { Number = 1 }, new SdrBytes { Number = 2 } }
            .SelectMany(b => SdrRecord.TryParse(b.Full(), out var record, out _) ? record.Sensors : []);

        var readings = await channel.ReadSensorsAsync(sensors, default);

        Assert.Equal(["absent", "30 °C"], readings.Select(r => r.ToString()));
    }

    [Fact]
    public void Every_state_of_the_tables_has_words()
    {
        var described = 0;
        for (var type = 0; type < 256; type++)
        {
            for (var reading = 0; reading < 128; reading++)
            {
                for (var offset = 0; offset < 16; offset++)
                {
                    var state = SensorStates.Describe((SensorType)type, (byte)reading, offset);
                    Assert.DoesNotContain('!', state.Text);
                    Assert.DoesNotContain('~', state.Text);
                    Assert.NotEmpty(state.Text);
                    described += state.Text.StartsWith("state ", StringComparison.Ordinal) ? 0 : 1;
                }
            }
        }

        Assert.True(described > 200);
    }

    private static async Task<SensorReading> Read(byte[] record, string answer)
    {
        Assert.True(SdrRecord.TryParse(record, out var parsed, out var error), error);
        return await new ScriptedChannel().On(IpmiNetFunction.SensorEvent, 0x2D, answer).ReadSensorAsync(parsed.Sensors[0], default);
    }
}
