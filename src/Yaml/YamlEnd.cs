namespace Rackboot.Yaml;

// Completes the last line of a text where YamlDotNet needs that. It is compiled into each library that reads YAML, which share no other.
internal static class YamlEnd
{
    private static readonly char[] Breaks = ['\n', '\r', '\u0085', '\u2028', '\u2029'];

    // YamlDotNet 16.3 reads a reserved directive (YAML 1.2.2 §6.8) without an end where the text ends with it, at an end of its buffer.
    public static string Of(string text) =>
        text.AsSpan(text.LastIndexOfAny(Breaks) + 1).TrimStart('\uFEFF') is ['%', ..] ? text + "\n" : text;
}
