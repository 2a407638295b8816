using System.Text;

namespace Rackboot.Ipmi.Text;

/// <summary>
/// The strings of sensor records and FRU areas: a type/length byte and packed characters (IPMI 2.0 §43.15; Platform Management FRU
/// Information Storage Definition 1.0 §13).
/// </summary>
public static class TypeLengthText
{
    /// <summary>What ends the fields of a FRU area: eight-bit text of one character.</summary>
    public const byte EndOfFields = 0xC1;

    // The last three codes are reserved in sensor records (§43.15). Two digits a byte, the high one first, as ipmitool reads it
    // (lib/ipmi_fru.c).
    private const string BcdPlus = "0123456789 -.:,_";

    /// <summary>The bytes that follow a type/length byte: 0 to 63.</summary>
    public static int Length(byte typeLength) => typeLength & 0x3F;

    /// <summary>A string of a sensor record: type 00b is Unicode, of which only ASCII is defined. Blanks at the end stay.</summary>
    public static string DecodeSensorName(byte typeLength, ReadOnlySpan<byte> data) =>
        Clean((typeLength >> 6) switch { 1 => Bcd(data), 2 => SixBit(data), _ => Encoding.Latin1.GetString(data) });

    /// <summary>A field of a FRU area: type 00b is binary and shown in hexadecimal, unless it is printable; type 11b depends on the
    /// language.</summary>
    /// <param name="english">Whether the area's language code is English (0 or 25): if not, text is two bytes a character, the low one
    /// first.</param>
    public static string DecodeFruField(byte typeLength, ReadOnlySpan<byte> data, bool english) => ((typeLength >> 6) switch
    {
        0 => IsPrintable(data) ? Clean(Encoding.ASCII.GetString(data)) : Convert.ToHexStringLower(data),
        1 => Clean(Bcd(data)),
        2 => Clean(SixBit(data)),
        _ => Clean(english || data.Length % 2 != 0 || !LooksLikeUnicode(data)
            ? Encoding.Latin1.GetString(data)
            : Encoding.Unicode.GetString(data)),
    }).Trim();

    private static string Bcd(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length * 2);
        foreach (var pair in data)
            text.Append(BcdPlus[pair >> 4]).Append(BcdPlus[pair & 0x0F]);
        return text.ToString();
    }

    // Four characters in three bytes, the first one in the low bits; code 0 is a blank, and the codes go on as in ASCII.
    private static string SixBit(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length * 4 / 3);
        var (bits, held) = (0, 0);
        foreach (var packed in data)
        {
            bits |= packed << held;
            for (held += 8; held >= 6; held -= 6, bits >>= 6)
                text.Append((char)(' ' + (bits & 0x3F)));
        }

        return text.ToString();
    }

    private static bool IsPrintable(ReadOnlySpan<byte> data) => !data.TrimEnd((byte)0).ContainsAnyExceptInRange((byte)' ', (byte)'~');

    // Many makers name a language other than English and write plain Latin letters all the same.
    private static bool LooksLikeUnicode(ReadOnlySpan<byte> data)
    {
        var zeros = 0;
        for (var i = 1; i < data.Length; i += 2)
            zeros += data[i] == 0 ? 1 : 0;
        return zeros * 4 >= data.Length || data.ContainsAnyInRange((byte)0, (byte)0x1F);
    }

    // Names are shown on terminals: no control characters, and none of the zeros that pad them.
    private static string Clean(string text)
    {
        var end = text.IndexOf('\0');
        var shown = end < 0 ? text : text[..end];
        return shown.Any(IsUnfit) ? string.Concat(shown.Select(c => IsUnfit(c) ? '?' : c)) : shown;
    }

    private static bool IsUnfit(char c) => char.IsControl(c) || char.IsSurrogate(c);
}
