using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Rackboot.Cli.Output;

/// <summary>The answer to <c>--help</c>: prose wrapped to the terminal, examples unchanged, and one line for each subcommand.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const int Narrowest = 40;
    private const int Usual = 80;
    private const int Widest = 100;
    private const int WidestTerm = 30;

    private static readonly string[] ClauseEnds = [". ", ": ", "; "];

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        var width = Math.Clamp(Screen.Width(output) ?? Usual, Narrowest, Widest);
        var at = parseResult.CommandResult;
        Describe(output, at.Command.Description ?? "", width);
        output.WriteLine($"Usage: {Usage(at.Command, UsageError.Path(parseResult))}");
        Section(output, "Commands:", at.Command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, Summary(c))), width);
        Section(output, "Arguments:", at.Command.Arguments.Where(a => !a.Hidden && !string.IsNullOrEmpty(a.Description))
            .Select(a => (Word(a), a.Description!)), width);
        Section(output, "Options:", UsageError.Options(at).Select(o => (Words(o), Description(o))), width);
        return ExitCode.Ok;
    }

    // Lines of a paragraph are joined and wrapped. Indented lines are examples, and a line that ends with a colon is their title.
    private static void Describe(TextWriter output, string description, int width)
    {
        var prose = new List<string>();
        foreach (var line in description.TrimEnd().ReplaceLineEndings("\n").Split('\n').Append(""))
            if (line.Length > 0 && !line.StartsWith(' '))
            {
                prose.Add(line);
            }
            else
            {
                foreach (var wrapped in prose.Count > 0 ? Wrapped.Lines(string.Join(' ', prose), width) : [])
                    output.WriteLine(wrapped);
                prose.Clear();
                output.WriteLine(line);
            }
    }

    private static string Usage(Command command, string path) =>
        string.Join(' ', [path, .. command.Subcommands.Count > 0 ? ["COMMAND"] : Array.Empty<string>(),
            .. command.Arguments.Where(a => !a.Hidden).Select(a =>
                (a.Arity.MinimumNumberOfValues == 0 ? $"[{Word(a)}]" : Word(a)) + (a.Arity.MaximumNumberOfValues > 1 ? "..." : "")),
            .. command.Options.Where(o => o.Required).Select(o => $"{o.Name} {Value(o)}"), "[OPTIONS]"]);

    private static void Section(TextWriter output, string title, IEnumerable<(string Term, string Text)> entries, int width)
    {
        var rows = entries.ToList();
        if (rows.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine(title);
        var terms = Math.Min(WidestTerm, rows.Max(r => r.Term.Length));
        foreach (var (term, text) in rows)
        {
            var lines = Wrapped.Lines(text, width - terms - 4).ToList();
            if (term.Length > terms)
                output.WriteLine($"  {term}");
            else
                output.WriteLine($"  {term.PadRight(terms)}  {lines[0]}".TrimEnd());
            foreach (var line in lines.Skip(term.Length > terms ? 0 : 1))
                output.WriteLine($"  {new string(' ', terms)}  {line}");
        }
    }

    // The first clause of the description.
    private static string Summary(Command command)
    {
        var text = (command.Description ?? "").ReplaceLineEndings("\n").Split("\n\n")[0].Replace('\n', ' ');
        var ends = ClauseEnds.Select(e => text.IndexOf(e, StringComparison.Ordinal)).Where(e => e > 0).ToList();
        return (ends.Count == 0 ? text : text[..ends.Min()]).TrimEnd('.');
    }

    private static string Description(Option option) => option switch
    {
        HelpOption => "Show this help.",
        VersionOption => "Show the version.",
        _ => (option.Description ?? "").ReplaceLineEndings(" ") + Default(option),
    };

    private static string Default(Option option) =>
        !option.HasDefaultValue || option.Description?.Contains("Default:", StringComparison.Ordinal) is true ? ""
        : option.GetDefaultValue() switch
        {
            null or false or "" or System.Collections.ICollection => "",
            Enum or bool => $" Default: {option.GetDefaultValue()!.ToString()!.ToLowerInvariant()}.",
            var value => $" Default: {value}.",
        };

    private static string Words(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).Where(n => n is not ("/h" or "/?" or "-?"))
            .OrderBy(n => n.Length));
        return option.ValueType == typeof(bool) || option is HelpOption or VersionOption ? names : $"{names} {Value(option)}";
    }

    private static string Value(Option option) => option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant();

    private static string Word(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();
}
