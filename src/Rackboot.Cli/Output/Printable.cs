namespace Rackboot.Cli.Output;

/// <summary>Machines on the network choose host names, serial numbers and log lines: what they say must not steer the operator's
/// terminal.</summary>
public static class Printable
{
    /// <summary><paramref name="text"/> on one line, each control character shown as <c>?</c>.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(text[i]) ? '?' : text[i];
        }) : text;
}
