using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>What is written by the specification's layout is read back as it was.</summary>
public class RoundTripTests
{
    private const string SixBitLetters = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_";
    private const string BcdLetters = "0123456789 -.:,_";

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(20_000).WithQuietOnSuccess(true);

    [Fact]
    public void A_full_record_comes_back_field_by_field() => Check.One(Many, ForAllRandom(random =>
    {
        var record =
            RandomRecord(random) with { Units1 = (byte)(random.Next(3) << 6), Linearization = (byte)random.Next(12), EventReadingType = 1 };
        if (!SdrRecord.TryParse(record.Full(), out var read, out _) || read.Id != record.Id || read.Sensors.Count != 1)
            return false;
        var sensor = read.Sensors[0];
        var conversion = new SensorConversion(record.M, record.B, record.BExponent, record.ResultExponent,
            (AnalogFormat)(record.Units1 >> 6), (Linearization)record.Linearization);
        double? Shown(int i) => (record.ReadableThresholds >> i & 1) != 0 ? conversion.Convert(record.Thresholds[i]) : null;
        return IsSame(sensor, record) && sensor.Conversion == conversion && sensor.Thresholds == new SensorThresholds
        {
            LowerNonCritical = Shown(0),
            LowerCritical = Shown(1),
            LowerNonRecoverable = Shown(2),
            UpperNonCritical = Shown(3),
            UpperCritical = Shown(4),
            UpperNonRecoverable = Shown(5),
        };
    }));

    [Fact]
    public void Compact_and_event_only_records_come_back_as_the_sensors_they_share() => Check.One(Many, ForAllRandom(random =>
    {
        var record = RandomRecord(random) with { Sharing = (byte)random.Next(32), Modifier = (byte)random.Next(256),
            Number = (byte)random.Next(0xF0) };
        var count = Math.Max(1, record.Sharing & 0x0F);
        foreach (var bytes in new[] { record.Compact(), record.EventOnly() })
        {
            if (!SdrRecord.TryParse(bytes, out var read, out _) || read.Sensors.Count != count)
                return false;
            if (read.Sensors.Select((sensor, i) => sensor.Number == record.Number + i
                && sensor.Name.StartsWith(record.Name, StringComparison.Ordinal)).Contains(false))
                return false;
            if (read.Sensors.Select(s => s.Name).Distinct().Count() != count
                || !IsSame(read.Sensors[0] with { Name = record.Name }, record))
                return false;
        }

        return true;
    }));

    [Fact]
    public void An_event_comes_back_field_by_field() => Check.One(Many, ForAllRandom(random =>
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        bytes[2] = (byte)random.Next(0xC0);
        if (!SelRecord.TryParse(bytes, out var record, out _) || record is not { Event: { } what, Time: { } time })
            return false;
        var written = new byte[16];
        (written[0], written[1], written[2]) = ((byte)record.Id, (byte)(record.Id >> 8), record.Type);
        (written[3], written[4], written[5], written[6]) =
            ((byte)time.Seconds, (byte)(time.Seconds >> 8), (byte)(time.Seconds >> 16), (byte)(time.Seconds >> 24));
        (written[7], written[8], written[9]) = (what.Generator, what.GeneratorChannel, bytes[9]);
        (written[10], written[11]) = ((byte)what.SensorType, what.SensorNumber);
        written[12] = (byte)((what.IsDeassertion ? 0x80 : 0) | what.EventReadingType);
        (written[13], written[14], written[15]) = (what.Data1, what.Data2, what.Data3);
        return written.AsSpan().SequenceEqual(bytes);
    }));

    [Fact]
    public void An_inventory_comes_back_whatever_its_texts_are_packed_in() => Check.One(Many, ForAllRandom(random =>
    {
        var texts = Enumerable.Range(0, 11).Select(_ => RandomField(random)).ToArray();
        object[] Fields(int from, int count) => [.. texts.Skip(from).Take(count).Select(t => t.Packed)];
        var minutes = random.Next(5_260_320, 5_260_320 + (1 << 24)); // from 2006 on; the memory keeps 24 bits of it
        var bytes = new FruBytes().Chassis((byte)random.Next(256), Fields(0, 2)).Board(25, minutes, Fields(2, 4))
            .Product(0, Fields(6, 5)).Build();
        if (!FruInventory.TryParse(bytes, out var fru, out _)
            || fru is not { Chassis: { } chassis, Board: { } board, Product: { } product, Faults.Count: 0 })
            return false;
        string[] read =
        [
            chassis.PartNumber, chassis.SerialNumber, board.Manufacturer, board.Product, board.SerialNumber, board.PartNumber,
            product.Manufacturer, product.Name, product.PartNumber, product.Version, product.SerialNumber,
        ];
        return read.SequenceEqual(texts.Select(t => t.Text))
            && board.Made == new DateTimeOffset(1996, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes);
    }));

    private static bool IsSame(SensorRecord sensor, SdrBytes record) =>
        (sensor.Owner, sensor.OwnerLun, sensor.Number, sensor.Name) == (record.Owner, record.Lun, record.Number, record.Name)
        && ((byte)sensor.Type, sensor.EventReadingType, sensor.Entity, sensor.EntityInstance)
            == (record.Type, record.EventReadingType, record.Entity, record.Instance);

    private static SdrBytes RandomRecord(Random random)
    {
        var thresholds = new byte[6];
        random.NextBytes(thresholds);
        return new SdrBytes
        {
            Id = (ushort)random.Next(0xFFFF),
            Owner = (byte)random.Next(256),
            Lun = (byte)random.Next(4),
            Number = (byte)random.Next(256),
            Entity = (byte)random.Next(256),
            Instance = (byte)random.Next(128),
            Type = (byte)random.Next(256),
            EventReadingType = (byte)random.Next(128),
            BaseUnit = (byte)random.Next(1, 93),
            M = random.Next(-512, 512),
            B = random.Next(-512, 512),
            BExponent = random.Next(-8, 8),
            ResultExponent = random.Next(-8, 8),
            ReadableThresholds = (byte)random.Next(64),
            Thresholds = thresholds,
            Name = Letters(random, "ABCDEFGHIJabcdefghij0123456789_./+-", random.Next(2, 16)),
        };
    }

    // One character of eight-bit text would be the end mark; padding to whole bytes must not look like text.
    private static (string Text, byte[] Packed) RandomField(Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                var latin = Letters(random, SixBitLetters + "abcxyz", random.Next(2, 30)).Trim();
                latin = latin.Length < 2 ? "XY" : latin;
                return (latin, [(byte)(0xC0 | latin.Length), .. Encoding.Latin1.GetBytes(latin)]);
            case 1:
                var six = Letters(random, SixBitLetters[1..], random.Next(1, 30));
                var packed = new byte[(six.Length * 6 + 7) / 8];
                for (var bit = 0; bit < six.Length * 6; bit++)
                    packed[bit / 8] |= (byte)((six[bit / 6] - ' ' >> bit % 6 & 1) << bit % 8);
                return (six, [(byte)(0x80 | packed.Length), .. packed]);
            default:
                var bcd = "1" + Letters(random, BcdLetters, 2 * random.Next(0, 10)) + "2";
                var pairs = Enumerable.Range(0, bcd.Length / 2)
                    .Select(i => (byte)(BcdLetters.IndexOf(bcd[2 * i]) << 4 | BcdLetters.IndexOf(bcd[2 * i + 1])));
                return (bcd, [(byte)(0x40 | bcd.Length / 2), .. pairs]);
        }
    }

    private static string Letters(Random random, string from, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => from[random.Next(from.Length)]));

    private static Property ForAllRandom(Func<Random, bool> holds) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => holds(new Random(seed)));
}
