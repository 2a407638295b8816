namespace Rackboot.Cli.Output;

/// <summary>Text in lines of a width, broken between words.</summary>
internal static class Wrapped
{
    public static IEnumerable<string> Lines(string text, int width)
    {
        while (text.Length > width)
        {
            var space = text.LastIndexOf(' ', width);
            if (space <= 0)
                space = text.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0)
                break;
            yield return text[..space];
            text = text[(space + 1)..];
        }

        yield return text;
    }
}
