using System.Text;

namespace Rackboot.Core.Events;

/// <summary>The only place that truncates texts from machines and unknown clients, before they are stored or logged.</summary>
public static class ShortText
{
    /// <summary>The longest stored text, in bytes of UTF-8.</summary>
    public const int MostBytes = 1024;

    private const string Cut = " …";
    private static readonly int CutBytes = Encoding.UTF8.GetByteCount(Cut);

    /// <summary><paramref name="text"/>, truncated if necessary.</summary>
    public static string Of(string text)
    {
        if (text.Length <= MostBytes / 3 || Encoding.UTF8.GetByteCount(text) <= MostBytes)
            return text;
        var (end, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > MostBytes - CutBytes)
                break;
            (end, bytes) = (end + rune.Utf16SequenceLength, bytes + rune.Utf8SequenceLength);
        }

        return text[..end] + Cut;
    }
}
