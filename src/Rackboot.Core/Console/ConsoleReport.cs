namespace Rackboot.Core.Console;

/// <summary>How a machine's console stands.</summary>
/// <param name="Text">In words.</param>
/// <param name="Writer">Who types; none if nobody does.</param>
/// <param name="Watchers">Everybody who watches, the writer among them.</param>
public sealed record ConsoleReport(ConsoleState State, string Text, string? Writer, IReadOnlyList<string> Watchers)
{
    public static ConsoleReport Closed { get; } = new(ConsoleState.Closed, "nobody is watching", null, []);
}
