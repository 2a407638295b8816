namespace Rackboot.Cli.Output;

/// <summary>What is wrong with documents, a line each. A slip that is repeated in ten thousand documents would push all else off a
/// terminal, the first line included; a file or a pipe gets every line.</summary>
internal static class Mistakes
{
    private const int MostOnTerminal = 20;

    public static void Write(TextWriter error, IReadOnlyCollection<string> lines) =>
        Write(error, lines, Console.IsErrorRedirected || !ReferenceEquals(error, Console.Error) ? int.MaxValue : MostOnTerminal);

    internal static void Write(TextWriter error, IReadOnlyCollection<string> lines, int most)
    {
        var shown = lines.Count <= most + 1 ? lines.Count : most;
        foreach (var line in lines.Take(shown))
            error.WriteLine(line);
        if (shown < lines.Count)
            error.WriteLine(FormattableString.Invariant(
                $"{lines.Count - shown:N0} more errors follow; see all of them by adding to the command: 2>&1 | less"));
    }
}
