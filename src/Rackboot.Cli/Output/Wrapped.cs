namespace Rackboot.Cli.Output;

/// <summary>Wraps text to a width between words, or after a comma where there is no space.</summary>
internal static class Wrapped
{
    public static IEnumerable<string> Lines(string text, int width)
    {
        while (text.Length > width)
        {
            var (end, next) = Break(text, width);
            if (end < 0)
                break;
            yield return text[..end];
            text = text[next..];
        }

        yield return text;
    }

    private static (int End, int Next) Break(string text, int width)
    {
        if (text.LastIndexOf(' ', width) is var space and > 0)
            return (space, space + 1);
        if (text.LastIndexOf(',', width - 1) is var comma and > 0)
            return (comma + 1, comma + 1);
        space = text.IndexOf(' ', StringComparison.Ordinal);
        return (space, space + 1);
    }
}
