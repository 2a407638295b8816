namespace Rackboot.Core.Console;

/// <summary>The status of a machine's console.</summary>
/// <param name="Text">In words.</param>
/// <param name="Writer">The user who types; null if none.</param>
/// <param name="Watchers">All watchers, including the writer.</param>
public sealed record ConsoleReport(ConsoleState State, string Text, string? Writer, IReadOnlyList<string> Watchers)
{
    public static ConsoleReport Closed { get; } = new(ConsoleState.Closed, "nobody is watching", null, []);
}
