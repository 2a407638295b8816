using System.Text;

namespace Rackboot.Talos;

/// <summary>Cleans text from a machine for logs and timelines.</summary>
internal static class PrintableText
{
    /// <summary>Removes control characters except newlines, and cuts after <paramref name="most"/> characters.</summary>
    public static string Of(string text, int most = 2000)
    {
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
