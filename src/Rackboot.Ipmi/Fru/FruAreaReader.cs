using Rackboot.Ipmi.Text;

namespace Rackboot.Ipmi;

/// <summary>Reads the areas that a FRU's common header names; offsets and lengths are in units of 8 bytes (FRU definition 1.0 §8 to
/// §16).</summary>
internal readonly ref struct FruAreaReader(ReadOnlySpan<byte> memory)
{
    private const int MostMultiRecords = 64;
    private const int MostFurther = 64;

    // §11: minutes since this moment; the definition says GMT. Their 24 bits begin again at 0 on 24 November 2027.
    private static readonly DateTimeOffset Epoch = new(1996, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly int OldestBoard = (int)(new DateTimeOffset(2006, 1, 1, 0, 0, 0, TimeSpan.Zero) - Epoch).TotalMinutes;

    private readonly ReadOnlySpan<byte> _memory = memory;
    private readonly List<string> _faults = [];

    public FruInventory Read()
    {
        var chassis = TryArea(_memory[2] * 8, "chassis", out var area) ? ReadChassis(area) : null;
        var board = TryArea(_memory[3] * 8, "board", out area) ? ReadBoard(area) : null;
        var product = TryArea(_memory[4] * 8, "product", out area) ? ReadProduct(area) : null;
        return new FruInventory
        {
            Chassis = chassis, Board = board, Product = product, MultiRecords = ReadMultiRecords(_memory[5] * 8), Faults = _faults,
        };
    }

    public static bool SumsToZero(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var b in bytes)
            sum += b;
        return sum == 0;
    }

    private bool TryArea(int offset, string name, out ReadOnlySpan<byte> area)
    {
        area = default;
        if (offset == 0)
            return false;
        var length = offset + 1 < _memory.Length ? _memory[offset + 1] * 8 : 0;
        if (length == 0 || offset + length > _memory.Length)
        {
            _faults.Add($"the {name} area is truncated");
            return false;
        }

        area = _memory.Slice(offset, length);
        if ((area[0] & 0x0F) != 1)
        {
            _faults.Add($"the {name} area has the unknown format {area[0] & 0x0F}");
            return false;
        }

        // Read it all the same: makers and owners patch a serial number and forget the checksum.
        if (!SumsToZero(area))
            _faults.Add($"the checksum of the {name} area does not match");
        area = area[..^1];
        return true;
    }

    private static FruChassisArea ReadChassis(ReadOnlySpan<byte> area)
    {
        var fields = Fields(area[3..], english: true);
        return new FruChassisArea(area[2], Field(fields, 0), Field(fields, 1), Further(fields, 2));
    }

    private static FruBoardArea ReadBoard(ReadOnlySpan<byte> area)
    {
        var minutes = area[3] | area[4] << 8 | area[5] << 16;
        var fields = Fields(area[6..], IsEnglish(area[2]));
        return new FruBoardArea(
            minutes == 0 ? null : Epoch.AddMinutes(minutes < OldestBoard ? minutes + (1 << 24) : minutes),
            Field(fields, 0), Field(fields, 1), Field(fields, 2), Field(fields, 3), Field(fields, 4), Further(fields, 5));
    }

    private static FruProductArea ReadProduct(ReadOnlySpan<byte> area)
    {
        var fields = Fields(area[3..], IsEnglish(area[2]));
        return new FruProductArea(
            Field(fields, 0), Field(fields, 1), Field(fields, 2), Field(fields, 3), Field(fields, 4), Field(fields, 5), Field(fields, 6),
            Further(fields, 7));
    }

    // §15: 0 and 25 are English.
    private static bool IsEnglish(byte language) => language is 0 or 25;

    // Up to the end mark, or to what is cut off; some memories lack the mark.
    private static List<string> Fields(ReadOnlySpan<byte> area, bool english)
    {
        var fields = new List<string>();
        for (var at = 0; at < area.Length && area[at] != TypeLengthText.EndOfFields && fields.Count < MostFurther;)
        {
            var length = TypeLengthText.Length(area[at]);
            if (at + 1 + length > area.Length)
                break;
            fields.Add(TypeLengthText.DecodeFruField(area[at], area.Slice(at + 1, length), english));
            at += 1 + length;
        }

        return fields;
    }

    private static string Field(List<string> fields, int index) => index < fields.Count ? fields[index] : "";

    private static List<string> Further(List<string> fields, int from) =>
        fields.Count <= from ? [] : fields.GetRange(from, fields.Count - from).FindAll(field => field.Length > 0);

    // §16.1: a header of five bytes (type, format with bit 7 for the last one, length, two checksums), then the data.
    private List<byte> ReadMultiRecords(int offset)
    {
        var types = new List<byte>();
        for (var last = offset == 0; !last && types.Count < MostMultiRecords;)
        {
            if (offset + 5 > _memory.Length || !SumsToZero(_memory.Slice(offset, 5)) || offset + 5 + _memory[offset + 2] > _memory.Length)
            {
                _faults.Add($"the multirecord at {offset} is truncated or its checksum does not match");
                break;
            }

            types.Add(_memory[offset]);
            last = (_memory[offset + 1] & 0x80) != 0;
            offset += 5 + _memory[offset + 2];
        }

        return types;
    }
}
