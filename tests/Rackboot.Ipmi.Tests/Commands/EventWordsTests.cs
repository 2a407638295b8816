namespace Rackboot.Ipmi.Tests.Commands;

public class EventWordsTests
{
    private static readonly SensorRecord[] Sensors = [.. Parse(new SdrBytes().Full()),
        .. Parse(new SdrBytes { Number = 0x31, Name = "PSU1 Status", Type = 8, EventReadingType = 0x6F }.Compact())];

    [Theory]
    [InlineData(
        "2000 04 01 30 01 595c5a", "CPU Temp: above the upper critical threshold (reading 92 °C, threshold 90 °C)", SensorHealth.Critical)]
    [InlineData("2000 04 01 30 81 595a5a", "CPU Temp: above the upper critical threshold, no longer (reading 90 °C, threshold 90 °C)",
        SensorHealth.Ok)]
    [InlineData("2000 04 01 44 01 57ffff", "temperature sensor 44h: above the upper warning threshold", SensorHealth.Warning)]
    [InlineData("2000 04 08 31 6f 03ffff", "PSU1 Status: input lost", SensorHealth.Critical)]
    [InlineData("2000 04 08 31 ef 03ffff", "PSU1 Status: input lost, no longer", SensorHealth.Ok)]
    [InlineData("2000 04 0c 08 6f a1ff05", "memory sensor 08h: uncorrectable error", SensorHealth.Critical)]
    [InlineData("2000 04 0c 08 6f 31ff05", "memory sensor 08h: uncorrectable error (memory module 5)", SensorHealth.Critical)]
    [InlineData("0100 04 0f 00 6f c001ff", "firmware sensor 00h: firmware error (POST) (no memory installed), from the firmware",
        SensorHealth.Critical)]
    [InlineData("0100 04 0f 00 6f c213ff", "firmware sensor 00h: firmware progress (starting the operating system), from the firmware",
        SensorHealth.Ok)]
    [InlineData("0100 04 0f 00 6f c2feff", "firmware sensor 00h: firmware progress (code FEh), from the firmware", SensorHealth.Ok)]
    [InlineData("2000 04 23 11 6f c104ff", "watchdog sensor 11h: hard reset (operating system)", SensorHealth.Critical)]
    [InlineData("2000 04 1e 12 6f 02ffff", "boot error sensor 12h: no PXE server found", SensorHealth.Critical)]
    [InlineData("2000 04 10 12 6f 02ffff", "event log sensor 12h: log cleared", SensorHealth.Ok)]
    [InlineData("4100 04 20 00 6f 03ffff", "OS stop sensor 00h: OS graceful shutdown, from management software", SensorHealth.Ok)]
    [InlineData("2000 04 2a 00 6f c203ff", "session audit sensor 00h: wrong user name or password (user 3)", SensorHealth.Warning)]
    [InlineData("2000 04 d5 00 6f 01ffff", "type D5h sensor 00h: state 1 (OEM)", SensorHealth.Ok)]
    [InlineData("2000 04 0d 09 08 01ffff", "drive slot sensor 09h: present", SensorHealth.Ok)]
    public void An_event_is_told_in_plain_words(string bytes, string words, SensorHealth health)
    {
        Assert.True(SelRecord.TryParse(EventLogTests.Entry(1, bytes), out var record, out _));
        Assert.Equal(words, record.Describe(Sensors));
        Assert.Equal(health, record.Health);
    }

    [Fact]
    public void A_record_without_known_sensors_is_still_told()
    {
        Assert.True(SelRecord.TryParse(EventLogTests.Entry(1), out var record, out _));
        Assert.Equal("temperature sensor 30h: above the upper critical threshold", record.Describe());
    }

    private static IReadOnlyList<SensorRecord> Parse(byte[] bytes) =>
        SdrRecord.TryParse(bytes, out var record, out _) ? record.Sensors : [];
}
