using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli;

/// <summary>The first error in a command line, in one sentence. The parser's own messages name .NET types and list every allowed value,
/// so of its messages only those of our own validators are shown.</summary>
internal static class UsageError
{
    /// <summary>The first error; null if the line can run.</summary>
    public static string? Of(ParseResult result)
    {
        if (result.Action is not null and not ParseErrorAction && !ReferenceEquals(result.Action, result.CommandResult.Command.Action))
            return null; // help, the version, or words for a shell
        return ForgottenValue(result.CommandResult) ?? UnknownWord(result) ?? Missing(result)
            ?? result.CommandResult.Children.Select(WrongValue).FirstOrDefault(m => m is not null)
            ?? Own(result);
    }

    /// <summary>The command as typed: <c>rackboot power on</c>.</summary>
    public static string Path(ParseResult result) => string.Join(' ', Commands(result.CommandResult).Prepend("rackboot"));

    /// <summary>The allowed words of an option or argument of an enum type; null for any other type.</summary>
    public static IReadOnlyList<string>? Words(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? [.. Enum.GetNames(type).Select(n => n.ToLowerInvariant())] : null;
    }

    /// <summary>The options that the command takes, its own first.</summary>
    public static IEnumerable<Option> Options(CommandResult at) =>
        at.Command.Options.Concat(Above(at).SelectMany(c => c.Options.Where(o => o.Recursive))).Where(o => !o.Hidden);

    private static IEnumerable<string> Commands(SymbolResult? at) =>
        at is CommandResult { Parent: not null } command ? Commands(at.Parent).Append(command.Command.Name) : [];

    // "apply -f --dry-run" would read a file of that name.
    private static string? ForgottenValue(CommandResult at)
    {
        var names = Options(at).SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet();
        return at.Children.OfType<OptionResult>().FirstOrDefault(o => o.Tokens.Any(t => names.Contains(t.Value))) is { } given
            ? $"{given.Option.Name} needs a value: {given.Option.Name} {given.Option.HelpName}" : null;
    }

    // Where a command takes any number of names, the parser reads an unknown option as a name.
    private static string? UnknownWord(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var names = result.Tokens.Any(t => t.Type == TokenType.DoubleDash) ? []
            : result.CommandResult.Children.Where(c => c is ArgumentResult or OptionResult { Option.AllowMultipleArgumentsPerToken: true })
                .SelectMany(c => c.Tokens).Select(t => t.Value);
        var option = names.Concat(result.UnmatchedTokens).FirstOrDefault(t => t is ['-', _, ..]);
        if (option is not null)
        {
            var known = Options(result.CommandResult).SelectMany(o => o.Aliases.Prepend(o.Name));
            return $"there is no option {Shown(option)}{Suggest(option.Split('=')[0], known)}";
        }

        if (result.UnmatchedTokens is not [var word, ..])
            return null;
        return command.Subcommands.Count > 0
            ? $"there is no command \"{Shown(word)}\"{Suggest(word, command.Subcommands.Select(c => c.Name))}"
            : $"unexpected argument \"{Shown(word)}\"";
    }

    private static string? Missing(ParseResult result)
    {
        var at = result.CommandResult;
        if (at.Command is { Action: null, Subcommands.Count: > 0 })
            return $"missing command; one of: {string.Join(", ", at.Command.Subcommands.Select(c => c.Name))}";
        foreach (var argument in at.Command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > (at.GetResult(a)?.Tokens.Count ?? 0)))
            return $"missing {argument.HelpName ?? argument.Name}";
        foreach (var option in Options(at))
            if (at.GetResult(option) is not { Implicit: false } given)
            {
                if (option.Required)
                    return $"missing option {option.Name} {option.HelpName}";
            }
            else if (given.Tokens.Count < option.Arity.MinimumNumberOfValues)
                return $"{option.Name} needs a value: {option.Name} {option.HelpName}";
            else if (given.Tokens.Count > option.Arity.MaximumNumberOfValues)
                return $"{option.Name} is given {given.Tokens.Count} times; give it once";
        return null;
    }

    private static string? WrongValue(SymbolResult result)
    {
        var (type, name) = result switch
        {
            OptionResult { Implicit: false } given => (given.Option.ValueType, given.Option.Name),
            ArgumentResult given => (given.Argument.ValueType, given.Argument.HelpName ?? given.Argument.Name),
            _ => (typeof(string), ""),
        };
        var words = Words(type);
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        foreach (var token in result.Tokens.Select(t => t.Value))
            if (words is not null && !words.Contains(token.ToLowerInvariant()))
                return $"\"{Shown(token)}\" is not allowed for {name}; {Spelling.Hint(token, words)}";
            else if (plain == typeof(int) && !int.TryParse(token, out _))
                return $"{name} takes a whole number, not \"{Shown(token)}\"";
            else if (plain == typeof(bool) && !bool.TryParse(token, out _))
                return $"\"{Shown(token)}\" is not allowed for {name}; allowed: true, false";
        return null;
    }

    private static string? Own(ParseResult result) => result.Errors.Count == 0 ? null : result.Errors[0].Message.Split('\n')[0].TrimEnd();

    private static IEnumerable<Command> Above(CommandResult at) =>
        at.Parent is CommandResult above ? Above(above).Append(above.Command) : [];

    private static string Suggest(string word, IEnumerable<string> known) =>
        Spelling.Nearest(word, known) is { } near ? $"; did you mean {near}?" : "";

    private static string Shown(string word) => Output.Printable.Of(word.Length > 60 ? word[..60] + "…" : word);
}
