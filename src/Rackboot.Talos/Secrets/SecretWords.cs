using System.Text.RegularExpressions;

namespace Rackboot.Talos.Secrets;

/// <summary>Hides possible secrets that a text quotes from a configuration.</summary>
public static partial class SecretWords
{
    /// <summary>Replaces every word of 20 or more mixed letters and digits that also appears in the configuration with <c>***</c>:
    /// tokens, keys and certificates are such words. Names and short values stay.</summary>
    public static string Hide(string text, SecretText configuration)
    {
        var source = configuration.Reveal();
        return Word().Replace(text, match => IsMixed(match.ValueSpan) && source.Contains(match.Value, StringComparison.Ordinal) ? "***"
            : match.Value);
    }

    private static bool IsMixed(ReadOnlySpan<char> word) =>
        word.IndexOfAnyInRange('0', '9') >= 0 && (word.IndexOfAnyInRange('a', 'z') >= 0 || word.IndexOfAnyInRange('A', 'Z') >= 0);

    [GeneratedRegex(@"[A-Za-z0-9+/=._-]{20,}")]
    private static partial Regex Word();
}
