using System.Buffers;
using System.Text;

namespace Rackboot.Talos;

/// <summary>Cleans text from a machine for logs and timelines.</summary>
internal static class PrintableText
{
    private static readonly SearchValues<char> Removed =
        SearchValues.Create([.. Enumerable.Range(0, 256).Select(c => (char)c).Where(c => char.IsControl(c) && c != '\n')]);

    /// <summary>Removes control characters except newlines, and cuts after <paramref name="most"/> characters.</summary>
    public static string Of(string text, int most = 2000)
    {
        if (text.Length <= most && !text.AsSpan().ContainsAny(Removed))
            return text;
        var clean = new StringBuilder(Math.Min(text.Length, most + 1));
        foreach (var c in text)
        {
            if (clean.Length == most)
                return clean.Append('…').ToString();
            clean.Append(char.IsControl(c) && c != '\n' ? ' ' : c);
        }

        return clean.ToString();
    }
}
