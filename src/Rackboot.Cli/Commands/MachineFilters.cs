using System.CommandLine;
using System.CommandLine.Parsing;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Options that select machines by state, stage and power. The daemon does the selecting.</summary>
internal sealed class MachineFilters
{
    private readonly Option<string?> _state = Words<MachineState>(
        "--state", "Only machines in these states, separated by commas");
    private readonly Option<string?> _stage = Words<BootStage>(
        "--stage", "Only machines whose last boot got exactly this far");
    private readonly Option<string?> _power = Words<PowerState>("--power", "Only machines with this last read power state");

    public void AddTo(Command command)
    {
        command.Options.Add(_state);
        command.Options.Add(_stage);
        command.Options.Add(_power);
    }

    public bool IsGiven(CommandResult result) =>
        result.GetValue(_state) is not null || result.GetValue(_stage) is not null || result.GetValue(_power) is not null;

    /// <summary>The error in the given values; null if there is none.</summary>
    public string? Mistake(CommandResult result) =>
        Mistake<MachineState>(result, _state) ?? Mistake<BootStage>(result, _stage) ?? Mistake<PowerState>(result, _power);

    public MachineQuery Read(ParseResult result) => new()
    {
        States = Values<MachineState>(result.GetValue(_state)),
        Stages = Values<BootStage>(result.GetValue(_stage)),
        Powers = Values<PowerState>(result.GetValue(_power)),
    };

    private static Option<string?> Words<T>(string name, string description)
        where T : struct, Enum
    {
        var words = UsageError.Words(typeof(T))!;
        var option = new Option<string?>(name)
        {
            Description = $"{description}: {string.Join(", ", words)}.",
            HelpName = name.TrimStart('-').ToUpperInvariant(),
        };
        option.CompletionSources.Add([.. words]);
        return option;
    }

    private static string? Mistake<T>(CommandResult result, Option<string?> option)
        where T : struct, Enum
    {
        var words = UsageError.Words(typeof(T))!;
        return Parts(result.GetValue(option)).FirstOrDefault(p => !words.Contains(p)) is { } wrong
            ? $"\"{wrong}\" is not allowed for {option.Name}; {Spelling.Hint(wrong, words)}" : null;
    }

    private static IReadOnlyList<T>? Values<T>(string? text)
        where T : struct, Enum => text is null ? null : [.. Parts(text).Select(p => Enum.Parse<T>(p, ignoreCase: true))];

    private static IEnumerable<string> Parts(string? text) =>
        text is null ? [] : text.Split(',', StringSplitOptions.TrimEntries).Select(p => p.ToLowerInvariant());
}
