namespace Rackboot.Cli.Output;

/// <summary>The terminal, if output goes to one.</summary>
internal static class Screen
{
    /// <summary>How wide what is written to <paramref name="output"/> may be: null where a program reads it, or all was asked
    /// for.</summary>
    public static int? Width(TextWriter output, OutputFormat format = OutputFormat.Table)
    {
        if (format != OutputFormat.Table || Console.IsOutputRedirected || !ReferenceEquals(output, Console.Out))
            return null;
        var width = Console.WindowWidth;
        return width > 0 ? width : null;
    }
}
