using System.CommandLine;
using Rackboot.Cli.Output;

namespace Rackboot.Cli.Commands;

/// <summary>The options of lists.</summary>
public sealed class ListOptions
{
    public Option<OutputFormat> Format { get; } = GetCommand.Format();

    public Option<string?> SortBy { get; } = new("--sort-by")
    {
        Description = "Sort by a column of -o wide: name, state, seen, …",
        HelpName = "COLUMN",
    };

    public Option<bool> ShowLabels { get; } = new("--show-labels") { Description = "Add a column with labels." };

    public Option<bool> Watch { get; } = new("--watch", "-w")
    {
        Description = "Print each item again when it changes, until Ctrl-C.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Format);
        command.Options.Add(SortBy);
        command.Options.Add(ShowLabels);
        command.Options.Add(Watch);
    }

    public ListRequest Read(ParseResult result) => new()
    {
        Format = result.GetValue(Format),
        SortBy = result.GetValue(SortBy),
        ShowLabels = result.GetValue(ShowLabels),
        Watch = result.GetValue(Watch),
    };
}
