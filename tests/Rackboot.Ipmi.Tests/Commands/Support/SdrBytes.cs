using System.Text;

namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>Writes sensor data records as IPMI 2.0 chapter 43 lays them out; every field has a default.</summary>
internal sealed record SdrBytes
{
    /// <summary>Records from which random ones are made.</summary>
    public static readonly byte[][] OfEveryKind =
    [
        new SdrBytes { M = 5, B = -20, BExponent = 1, ResultExponent = -1 }.Full(),
        new SdrBytes { Linearization = 0x07, Units1 = 0x80 }.Full(),
        new SdrBytes { PackedName = [0x83, 0x29, 0xDC, 0xA6] }.Full(),
        new SdrBytes { Name = "DIMM ", Type = 0x0C, EventReadingType = 0x6F, Sharing = 0x0F, Modifier = 0x8A }.Compact(),
        new SdrBytes { Sharing = 0x1F, Modifier = 0x7F, Number = 0xFA }.EventOnly(),
        new SdrBytes { Name = "PSU FRU" }.FruLocator(),
    ];

    public ushort Id { get; init; } = 1;
    public byte Owner { get; init; } = 0x20;
    public byte Lun { get; init; }
    public byte Number { get; init; } = 0x30;
    public byte Entity { get; init; } = 3;
    public byte Instance { get; init; } = 1;
    public byte Type { get; init; } = 0x01;
    public byte EventReadingType { get; init; } = 0x01;
    public byte Units1 { get; init; }
    public byte BaseUnit { get; init; } = 1;
    public byte ModifierUnit { get; init; }
    public byte Linearization { get; init; }
    public int M { get; init; } = 1;
    public int B { get; init; }
    public int BExponent { get; init; }
    public int ResultExponent { get; init; }
    public byte ReadableThresholds { get; init; } = 0x3F;

    /// <summary>Raw: lower non-critical, critical, non-recoverable, upper non-critical, critical, non-recoverable.</summary>
    public byte[] Thresholds { get; init; } = [10, 5, 2, 80, 90, 95];
    public byte PositiveHysteresis { get; init; } = 2;
    public byte Sharing { get; init; }
    public byte Modifier { get; init; }
    public string Name { get; init; } = "CPU Temp";

    /// <summary>Type and length of the name, if not eight-bit text.</summary>
    public byte[]? PackedName { get; init; }

    public byte[] Full()
    {
        var body = new byte[48 - 5];
        Key(body);
        (body[5], body[6], body[7], body[8]) = (0x7F, 0x68, Type, EventReadingType);
        (body[13], body[14]) = (ReadableThresholds, ReadableThresholds);
        (body[15], body[16], body[17], body[18]) = (Units1, BaseUnit, ModifierUnit, Linearization);
        (body[19], body[20]) = ((byte)M, (byte)(M >> 2 & 0xC0));
        (body[21], body[22]) = ((byte)B, (byte)(B >> 2 & 0xC0));
        body[24] = (byte)((ResultExponent & 0x0F) << 4 | BExponent & 0x0F);
        (body[25], body[26]) = (1, 40);
        (body[31], body[32], body[33]) = (Thresholds[5], Thresholds[4], Thresholds[3]);
        (body[34], body[35], body[36]) = (Thresholds[2], Thresholds[1], Thresholds[0]);
        (body[37], body[38]) = (PositiveHysteresis, 1);
        return Record(0x01, body[..42]);
    }

    public byte[] Compact()
    {
        var body = new byte[32 - 5];
        Key(body);
        (body[5], body[6], body[7], body[8]) = (0x67, 0x40, Type, EventReadingType);
        (body[15], body[16]) = (0xC0, 0);
        (body[18], body[19]) = (Sharing, Modifier);
        return Record(0x02, body[..26]);
    }

    public byte[] EventOnly()
    {
        var body = new byte[17 - 5];
        Key(body);
        (body[5], body[6], body[7], body[8]) = (Type, EventReadingType, Sharing, Modifier);
        return Record(0x03, body[..11]);
    }

    /// <summary>A FRU device locator: <see cref="Number"/> is the device, <see cref="Owner"/> the controller.</summary>
    public byte[] FruLocator() => Record(0x11, [Owner, Number, 0x80, 0, 0, 0x10, 0, Entity, Instance, 0]);

    private void Key(byte[] body) => (body[0], body[1], body[2], body[3], body[4]) = (Owner, Lun, Number, Entity, Instance);

    private byte[] Record(byte type, byte[] body)
    {
        byte[] name = PackedName ?? [(byte)(0xC0 | Name.Length), .. Encoding.Latin1.GetBytes(Name)];
        return [(byte)Id, (byte)(Id >> 8), 0x51, type, (byte)(body.Length + name.Length), .. body, .. name];
    }
}
