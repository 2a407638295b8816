using System.Buffers;
using System.Text;

namespace Rackboot.Talos;

/// <summary>Reads what nearly all lines of kernel logs are: one object of ASCII texts and whole numbers, without a space between them (Go's
/// encoding/json). Everything else is left to the JSON reader, which takes several times as long.</summary>
internal static class PlainLogLine
{
    // Ends a run of characters that stand for themselves (RFC 8259 §7).
    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Select(b => (byte)b).Where(b => b is < 0x20 or (byte)'"' or (byte)'\\' or >= 0x80)]);

    /// <summary>Reads a line; null if it is not plain, or has no text.</summary>
    /// <param name="room">For the text of the message.</param>
    public static KernelLogMessage? Read(ReadOnlySpan<byte> line, Memory<char> room)
    {
        if (line is not [(byte)'{', .. var rest])
            return null;
        string? level = null, facility = null;
        int? length = null;
        while (TryPlain(ref rest, out var name) && rest is [(byte)':', .. var value])
        {
            rest = value;
            if (name.SequenceEqual("msg"u8))
            {
                if ((length = Text(ref rest, room.Span)) is null)
                    return null;
            }
            else if (TryPlain(ref rest, out var word))
            {
                if (name.SequenceEqual("talos-level"u8))
                    level = Word(word);
                else if (name.SequenceEqual("facility"u8))
                    facility = Word(word);
            }
            else if (!TryNumber(ref rest) || name.SequenceEqual("talos-level"u8) || name.SequenceEqual("facility"u8))
            {
                return null;
            }

            if (rest is [(byte)'}'])
                return length is { } characters ? new KernelLogMessage(level ?? "info", facility ?? "", room[..characters]) : null;
            if (rest is not [(byte)',', .. var next])
                return null;
            rest = next;
        }

        return null;
    }

    // Moves rest behind a text that has no character to be decoded.
    private static bool TryPlain(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (rest is not [(byte)'"', .. var begun] || begun.IndexOfAny(Special) is var end && (end < 0 || begun[end] != '"'))
            return false;
        text = begun[..end];
        rest = begun[(end + 1)..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest)
    {
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 1 || (digits > 1 && rest[0] == '0'))
            return false;
        rest = rest[digits..];
        return true;
    }

    private static string Word(ReadOnlySpan<byte> text) => KernelLogMessage.Known(text) ?? Encoding.ASCII.GetString(text);

    private static int? Text(ref ReadOnlySpan<byte> rest, Span<char> room)
    {
        if (rest is not [(byte)'"', .. var begun])
            return null;
        for (var length = 0; begun.IndexOfAny(Special) is var end and >= 0; begun = begun[(end + 2)..])
        {
            Ascii.ToUtf16(begun[..end], room[length..], out var written);
            length += written;
            if (begun[end] == '"')
            {
                rest = begun[(end + 1)..];
                return length;
            }

            if (begun[end] != '\\' || end + 1 == begun.Length || Escaped(begun[end + 1]) is not { } character)
                return null;
            room[length++] = character;
        }

        return null;
    }

    private static char? Escaped(byte code) => (char)code switch
    {
        '"' or '\\' or '/' => (char)code,
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\b',
        'f' => '\f',
        _ => null,
    };
}
