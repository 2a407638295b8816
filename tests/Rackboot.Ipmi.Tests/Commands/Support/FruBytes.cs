using System.Text;

namespace Rackboot.Ipmi.Tests.Commands;

/// <summary>Writes the memory of a FRU as the FRU definition 1.0 lays it out. Fields are eight-bit text, or packed ones with their
/// type/length byte.</summary>
internal sealed class FruBytes
{
    private readonly List<byte> _areas = [];
    private readonly byte[] _header = [1, 0, 0, 0, 0, 0, 0, 0];

    public FruBytes Chassis(byte type, params object[] fields) => Area(2, [type], fields);

    public FruBytes Board(byte language, int minutes, params object[] fields) =>
        Area(3, [language, (byte)minutes, (byte)(minutes >> 8), (byte)(minutes >> 16)], fields);

    public FruBytes Product(byte language, params object[] fields) => Area(4, [language], fields);

    /// <summary>Must come last.</summary>
    public FruBytes MultiRecords(params (byte Type, byte[] Data)[] records)
    {
        _header[5] = (byte)(1 + _areas.Count / 8);
        for (var i = 0; i < records.Length; i++)
        {
            var (type, data) = records[i];
            byte[] header = [type, (byte)(i == records.Length - 1 ? 0x82 : 0x02), (byte)data.Length, Complement(data)];
            _areas.AddRange([.. header, Complement(header), .. data]);
        }

        return this;
    }

    public byte[] Build(int size = 0)
    {
        var header = _header.ToArray();
        header[7] = Complement(header);
        byte[] whole = [.. header, .. _areas];
        return size > whole.Length ? [.. whole, .. Enumerable.Repeat((byte)0xFF, size - whole.Length)] : whole;
    }

    private FruBytes Area(int index, byte[] start, object[] fields)
    {
        _header[index] = (byte)(1 + _areas.Count / 8);
        List<byte> area = [1, 0, .. start];
        foreach (var field in fields)
            area.AddRange(field is string text ? [(byte)(0xC0 | text.Length), .. Encoding.Latin1.GetBytes(text)] : (byte[])field);
        area.Add(0xC1);
        while (area.Count % 8 != 7)
            area.Add(0);
        area[1] = (byte)((area.Count + 1) / 8);
        area.Add(Complement([.. area]));
        _areas.AddRange(area);
        return this;
    }

    private static byte Complement(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var b in bytes)
            sum += b;
        return (byte)-sum;
    }
}
