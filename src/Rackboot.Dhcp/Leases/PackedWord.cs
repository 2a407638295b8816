using System.Globalization;
using System.Runtime.InteropServices;

namespace Rackboot.Dhcp;

/// <summary>A word of a <see cref="PackedLease"/>: its parts, and its text on demand.</summary>
internal readonly ref struct PackedWord(PackedWord.Form form, ReadOnlySpan<byte> bytes)
{
    private const string MacPrefix = "mac:";
    private const string IdPrefix = "id:";
    private const string Digits = "0123456789abcdef";

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How the text follows from the bytes.</summary>
    internal enum Form : byte
    {
        None,

        /// <summary>A byte a letter.</summary>
        Latin,

        /// <summary>Two bytes a letter.</summary>
        Wide,

        /// <summary><c>52:54:00:00:01:04</c>.</summary>
        Colons,

        /// <summary><c>mac:</c> and a hardware address.</summary>
        Mac,

        /// <summary><c>id:</c> and a client identifier in hexadecimal digits.</summary>
        Id,
    }

    public bool IsNone => form == Form.None;
    public bool IsColons => form == Form.Colons;
    public bool IsMac => form == Form.Mac;
    public bool IsId => form == Form.Id;
    public ReadOnlySpan<byte> Bytes => _bytes;

    public int Length => form switch
    {
        Form.Latin => _bytes.Length,
        Form.Wide => _bytes.Length / sizeof(char),
        Form.Colons => ColonsLength,
        Form.Mac => MacPrefix.Length + ColonsLength,
        Form.Id => IdPrefix.Length + 2 * _bytes.Length,
        _ => 0,
    };

    private int ColonsLength => Math.Max(0, 3 * _bytes.Length - 1);

    /// <summary>Writes the text; <paramref name="text"/> has room for <see cref="Length"/> letters.</summary>
    public void CopyTo(Span<char> text)
    {
        switch (form)
        {
            case Form.Latin:
                for (var i = 0; i < _bytes.Length; i++)
                    text[i] = (char)_bytes[i];
                break;
            case Form.Wide:
                _bytes.CopyTo(MemoryMarshal.AsBytes(text));
                break;
            case Form.Colons:
                WriteColons(text);
                break;
            case Form.Mac:
                MacPrefix.CopyTo(text);
                WriteColons(text[MacPrefix.Length..]);
                break;
            case Form.Id:
                IdPrefix.CopyTo(text);
                Convert.TryToHexStringLower(_bytes, text[IdPrefix.Length..], out _);
                break;
            default:
                break;
        }
    }

    public bool Is(ReadOnlySpan<char> other)
    {
        var length = Length;
        if (other.Length != length)
            return false;
        var text = length <= 256 ? stackalloc char[length] : new char[length];
        CopyTo(text);
        return other.SequenceEqual(text);
    }

    /// <summary>The hash code that a string of the same text has.</summary>
    public int HashOfText()
    {
        var length = Length;
        var text = length <= 256 ? stackalloc char[length] : new char[length];
        CopyTo(text);
        return string.GetHashCode(text);
    }

    /// <summary>The text; <see cref="Form.None"/> is empty.</summary>
    public override string ToString()
    {
        var length = Length;
        var text = length <= 256 ? stackalloc char[length] : new char[length];
        CopyTo(text);
        return new string(text);
    }

    /// <summary>The form that <paramref name="holder"/> can be kept in beside a hardware address and a client identifier.</summary>
    public static Form FormOfHolder(string holder, PackedWord hardware, ReadOnlySpan<byte> client) =>
        hardware.IsColons && new PackedWord(Form.Mac, hardware._bytes).Is(holder) ? Form.Mac
        : !client.IsEmpty && new PackedWord(Form.Id, client).Is(holder) ? Form.Id
        : FormOf(holder);

    public static Form FormOf(string text) =>
        IsHardwareAddress(text) ? Form.Colons : text.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff') ? Form.Wide : Form.Latin;

    /// <summary>Writes the bytes that <paramref name="text"/> is kept as in <paramref name="form"/>.</summary>
    /// <returns>How many.</returns>
    public static int Write(string text, Form form, Span<byte> bytes)
    {
        switch (form)
        {
            case Form.Colons:
                for (var i = 0; i < text.Length; i += 3)
                    bytes[i / 3] = byte.Parse(text.AsSpan(i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                return (text.Length + 1) / 3;
            case Form.Wide:
                MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(bytes);
                return sizeof(char) * text.Length;
            default:
                for (var i = 0; i < text.Length; i++)
                    bytes[i] = (byte)text[i];
                return text.Length;
        }
    }

    // As it is written here, so that it comes back the same: small letters, a colon between two bytes.
    private static bool IsHardwareAddress(string text)
    {
        if (text.Length % 3 != 2)
            return false;
        for (var i = 0; i < text.Length; i++)
            if (i % 3 == 2 ? text[i] != ':' : !char.IsAsciiHexDigitLower(text[i]))
                return false;
        return true;
    }

    private void WriteColons(Span<char> text)
    {
        for (var i = 0; i < _bytes.Length; i++)
        {
            if (i > 0)
                text[3 * i - 1] = ':';
            (text[3 * i], text[3 * i + 1]) = (Digits[_bytes[i] >> 4], Digits[_bytes[i] & 15]);
        }
    }
}
