using System.Text;

namespace Rackboot.Talos;

/// <summary>Text that a machine sent, made fit for a log and a timeline.</summary>
internal static class PrintableText
{
    /// <summary>Without control characters but line ends, and cut after <paramref name="most"/> characters.</summary>
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
