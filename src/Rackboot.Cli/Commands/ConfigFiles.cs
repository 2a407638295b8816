using Rackboot.Cli.Output;
using Rackboot.Talos.Configuration;

namespace Rackboot.Cli.Commands;

/// <summary>Reads configurations and prints their errors.</summary>
internal static class ConfigFiles
{
    /// <summary>The text of a file, or of standard input for <c>-</c>; null, with the error printed, if it cannot be read.</summary>
    public static async Task<string?> ReadAsync(string path, TextWriter error, CancellationToken cancel)
    {
        try
        {
            return path == "-" ? await Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(path, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"{path}: cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>Prints errors and warnings, by line.</summary>
    public static void Print(IEnumerable<ConfigurationMistake> mistakes, string file, TextWriter error)
    {
        foreach (var mistake in mistakes.Select(m => m with { File = m.File ?? file }).OrderBy(m => m.File == file ? 0 : 1)
            .ThenBy(m => m.Line))
            error.WriteLine(Printable.Of(mistake.IsWarning ? $"warning: {mistake}" : mistake.ToString()));
    }
}
