using FsCheck;
using FsCheck.Fluent;
using Rackboot.Ipmi.Text;
using Rackboot.Tests.Shared;

namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>Whatever a BMC sends, parsers say yes or why not, and commands end.</summary>
public class PropertyTests
{
    private static readonly byte[][] Sdrs = SdrBytes.OfEveryKind;

    private static readonly byte[][] Sels =
    [
        EventLogTests.Entry(1),
        EventLogTests.Entry(2, "0100 04 0f 00 6f c213ff"),
        EventLogTests.Entry(3, "2000 04 0c 08 ef 31ff05"),
        [7, 0, 0xC0, 0, 1, 2, 3, 0xA2, 0x02, 0, 1, 2, 3, 4, 5, 6],
        [8, 0, 0xE5, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ];

    private static readonly byte[][] Frus =
    [
        new FruBytes().Chassis(23, "CSE-815", "C815X").Board(25, 15_000_000, "Maker", "Board", "S123", "P123")
            .Product(0, "Maker", "Product", "PN", "1.0", "S9", "tag").Build(),
        new FruBytes().Product(3, "Maker", new byte[] { 0x43, 0x12, 0xB3, 0x45 }, new byte[] { 0x83, 0x29, 0xDC, 0xA6 },
            new byte[] { 0xC4, 0x41, 0, 0x42, 1 }).Build(128),
        new FruBytes().Board(25, 0, "Maker").MultiRecords((0, new byte[24]), (2, new byte[13])).Build(),
    ];

    private static Config Times(int count) => Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true);

    [Fact]
    public void Sensor_records_take_any_bytes() =>
        Check.One(Times(120_000), Prop.ForAll(HostileBytes.From(Sdrs).ToArbitrary(), bytes =>
        {
            if (!SdrRecord.TryParse(bytes, out var record, out var error))
                return record is null && error.Length > 0;
            return error is null && record.Sensors.Count <= 15 && record.Sensors.All(IsSound);
        }));

    [Fact]
    public void Log_records_take_any_bytes_and_always_have_words()
    {
        var sensors = Sdrs.SelectMany(b => SdrRecord.TryParse(b, out var record, out _) ? record.Sensors : []).ToList();
        Check.One(Times(120_000), Prop.ForAll(HostileBytes.From(Sels).ToArbitrary(), bytes =>
        {
            if (!SelRecord.TryParse(bytes, out var record, out var error))
                return record is null && error.Length > 0 && bytes.Length < SelRecord.Length;
            return IsPrintable(record.Describe(sensors)) && record.Describe().Length > 0 && (record.Event is null) == (record.Type >= 0xC0);
        }));
    }

    [Fact]
    public void Inventories_take_any_bytes() =>
        Check.One(Times(120_000), Prop.ForAll(HostileBytes.From(Frus).ToArbitrary(), bytes =>
        {
            if (!FruInventory.TryParse(Mend(bytes), out var fru, out var error))
                return fru is null && error.Length > 0;
            return error is null && fru.MultiRecords.Count <= 64 && Texts(fru).All(IsPrintable);
        }));

    [Fact]
    public void Packed_text_of_any_bytes_is_printable() =>
        Check.One(Times(50_000), Prop.ForAll(ArbMap.Default.GeneratorFor<(byte, byte[], bool)>().ToArbitrary(), input =>
            IsPrintable(TypeLengthText.DecodeSensorName(input.Item1, input.Item2))
                && IsPrintable(TypeLengthText.DecodeFruField(input.Item1, input.Item2, input.Item3))));

    [Fact]
    public void Short_answers_of_every_kind_take_any_bytes() =>
        Check.One(Times(100_000), Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), bytes =>
            Agrees(DeviceId.TryParse(bytes, out var id, out var error), id, error)
            && Agrees(SystemGuid.TryParse(bytes, out var guid, out error), guid, error)
            && Agrees(ChassisStatus.TryParse(bytes, out var status, out error), status, error)
            && Agrees(BootFlags.TryParse(bytes, out var flags, out error), flags, error)
            && Agrees(SdrRepositoryInfo.TryParse(bytes, out var repository, out error), repository, error)
            && Agrees(SelInfo.TryParse(bytes, out var log, out error), log, error)
            && Agrees(ChannelInfo.TryParse(bytes, out var channel, out error), channel, error)
            && Agrees(ChannelAccess.TryParse(bytes, out var access, out error), access, error)
            && Agrees(ChannelCipherSuite.TryParse(bytes, out var suites, out error), suites, error)
            && Agrees(UserAccess.TryParse(bytes, out var user, out error), user, error)
            && Agrees(DcmiCapabilities.TryParse(bytes, out var dcmi, out error), dcmi, error)
            && Agrees(DcmiPowerReading.TryParse(bytes, out var power, out error), power, error)));

    [Fact]
    public void Every_command_ends_whatever_the_bmc_answers()
    {
        var (ended, refused) = (0, 0);
        Check.One(Times(3_000), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            foreach (var command in CommandsOf(new Random(seed)))
            {
                try
                {
                    command().GetAwaiter().GetResult();
                    ended++;
                }
                catch (IpmiException)
                {
                    refused++;
                }
            }

            return true;
        }));
        Assert.True(ended > 1000 && refused > 1000, $"{ended} ended, {refused} were refused");
    }

    private static IEnumerable<Func<Task>> CommandsOf(Random random)
    {
        var channel = new NoiseChannel(random);
        var sensor = SdrRecord.TryParse(Sdrs[random.Next(2)], out var record, out _) ? record.Sensors[0] : null!;
        return
        [
            () => channel.GetDeviceIdAsync(default).AsTask(),
            () => channel.GetChassisStatusAsync(default).AsTask(),
            () => channel.SetBootFlagsAsync(BootFlags.Once(BootDevice.Pxe, true), null, default),
            () => channel.ReadSdrRepositoryAsync(default),
            () => channel.ReadSensorAsync(sensor, default),
            () => channel.GetThresholdsAsync(sensor, default),
            async () =>
            {
                await foreach (var entry in channel.ReadEventLogAsync(5, 100_000, default))
                    Assert.NotEmpty(entry.Describe());
            },
            () => channel.ClearEventLogAsync(new ImpatientTime(), default),
            () => channel.ReadFruAsync(0, default),
            () => channel.GetLanConfigurationAsync(1, default),
            () => channel.ListUsersAsync(1, default),
            () => channel.GetCipherSuitesAsync(1, default),
            () => channel.GetPowerReadingAsync(default).AsTask(),
        ];
    }

    private static bool Agrees(bool good, object? value, string? error) =>
        good ? value is not null && error is null : value is null && error!.Length > 0;

    private static bool IsSound(SensorRecord sensor) =>
        IsPrintable(sensor.Name) && IsPrintable(sensor.Unit?.ToString() ?? "")
        && Enumerable.Range(0, 256).All(raw => sensor.Conversion?.Convert((byte)raw) is not { } value || double.IsFinite(value));

    private static bool IsPrintable(string text) => !text.Any(char.IsControl);

    private static IEnumerable<string> Texts(FruInventory fru) =>
    [
        .. fru.Faults, .. fru.Chassis?.Further ?? [], .. fru.Board?.Further ?? [], .. fru.Product?.Further ?? [],
        fru.Chassis?.SerialNumber ?? "", fru.Board?.Manufacturer ?? "", fru.Board?.Product ?? "", fru.Product?.Name ?? "",
        fru.Product?.AssetTag ?? "",
    ];

    // Most changes would end at the header's checksum: half of the time it is made to fit again.
    private static byte[] Mend(byte[] bytes)
    {
        if (bytes.Length >= 8 && bytes[^1] % 2 == 0)
            bytes[7] = (byte)-bytes.AsSpan(0, 7).ToArray().Aggregate(0, (sum, b) => sum + b);
        return bytes;
    }

    /// <summary>Answers anything: often success with random bytes of random length, sometimes a refusal.</summary>
    private sealed class NoiseChannel(Random random) : IIpmiChannel
    {
        private int _requests;

        public ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
        {
            // A walk over a log of 65,536 entries asks that often at most.
            Assert.True(++_requests < 200_000, "the commands do not end");
            byte[] codes = [0xC0, 0xC1, 0xC5, 0xC9, 0xCA, 0xCB, 0xFF, 0x80, 0x81];
            if (random.Next(6) == 0)
                return ValueTask.FromResult(new IpmiResponse(codes[random.Next(codes.Length)], default));
            var data = new byte[random.Next(4) == 0 ? random.Next(4) : random.Next(64)];
            random.NextBytes(data);
            return ValueTask.FromResult(new IpmiResponse(0, data));
        }
    }
}
