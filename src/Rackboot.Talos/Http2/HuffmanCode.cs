namespace Rackboot.Talos.Http2;

/// <summary>The code of strings in headers (RFC 7541 §5.2 and Appendix B). It is canonical: the lengths of its codes define it.</summary>
internal static class HuffmanCode
{
    private const int Longest = 30;
    private const int EndOfString = 256;

    private static readonly short[] Symbols = [.. Enumerable.Range(0, Lengths.Length).OrderBy(s => Lengths[s]).Select(s => (short)s)];

    // Of each length: the number of its codes, the lowest one, and the place of its symbol.
    private static readonly (int Count, int Lowest, int Place)[] Codes = Count();

    // By symbol, 16 a line.
    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Decodes a string.</summary>
    /// <param name="room">Takes it; eight fifths of its coded length are enough.</param>
    /// <returns>Its length; null if it is no such string, or <paramref name="room"/> is too small.</returns>
    public static int? Decode(ReadOnlySpan<byte> coded, Span<byte> room)
    {
        var (code, length, written) = (0, 0, 0);
        foreach (var bits in coded)
            for (var bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((bits >> bit) & 1);
                var (count, lowest, place) = Codes[++length];
                if (code - lowest >= count)
                    continue; // the beginning of a longer code
                var symbol = Symbols[place + code - lowest];
                if (symbol == EndOfString || written == room.Length)
                    return null;
                room[written++] = (byte)symbol;
                (code, length) = (0, 0);
            }

        // It is padded with the beginning of the end's code, which is all ones, and by less than a byte.
        return length < 8 && code == (1 << length) - 1 ? written : null;
    }

    private static (int Count, int Lowest, int Place)[] Count()
    {
        var codes = new (int Count, int Lowest, int Place)[Longest + 1];
        foreach (var length in Lengths)
            codes[length].Count++;
        for (var length = 1; length <= Longest; length++)
        {
            var shorter = codes[length - 1];
            (codes[length].Lowest, codes[length].Place) = ((shorter.Lowest + shorter.Count) << 1, shorter.Place + shorter.Count);
        }

        return codes;
    }
}
