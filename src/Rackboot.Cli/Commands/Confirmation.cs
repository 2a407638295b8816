using System.CommandLine;
using Rackboot.Cli.Output;

namespace Rackboot.Cli.Commands;

/// <summary>Asks before something is done to many things, or cannot be undone. Where nobody can answer, only <c>--yes</c> will
/// do.</summary>
internal static class Confirmation
{
    private const int MostNames = 4;

    public static Option<bool> Yes() => new("--yes", "-y")
    {
        Description = "Do not ask for confirmation. Required for dangerous actions without a terminal.",
    };

    /// <summary>Asks <paramref name="question"/> on the terminal.</summary>
    /// <param name="refusal">The exit code if the answer was not yes.</param>
    public static bool Asks(InvocationConfiguration console, string question, out int refusal)
    {
        refusal = ExitCode.Usage;
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            console.Error.WriteLine($"rackboot: {Printable.Of(question)} No terminal to ask on; confirm with --yes");
            return false;
        }

        console.Error.Write($"{Printable.Of(question)} [y/N] ");
        if (Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes")
            return true;
        console.Error.WriteLine("rackboot: cancelled; nothing was changed");
        refusal = ExitCode.Failed;
        return false;
    }

    /// <summary><c>312 machines: node-001, node-002, node-003, node-004 and 308 more</c>; for a single one, its name alone.</summary>
    public static string Count(string kind, IReadOnlyList<string> names) => names switch
    {
        [var only] => $"{kind} {only}",
        { Count: <= MostNames } => $"{names.Count} {kind}s: {string.Join(", ", names)}",
        _ => $"{names.Count:N0} {kind}s: {string.Join(", ", names.Take(MostNames))} and {names.Count - MostNames:N0} more",
    };
}
