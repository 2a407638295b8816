using System.CommandLine;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>Selects a command's machines: by names, by labels or all, one of the three.</summary>
public sealed class MachineSelection
{
    public MachineSelection(Session session) =>
        Names.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));

    public Argument<string[]> Names { get; } = new("machine")
    {
        Description = "Which machines.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. result.Tokens.Select(t => Target.MachineName(result, t.Value))],
    };

    public Option<string?> Selector { get; } = CreateSelector();

    public Option<bool> All { get; } = new("--all") { Description = "All described machines." };

    public static Option<string?> CreateSelector() => new("--selector", "-l")
    {
        Description = "Only machines with these labels: rack=r1, rack!=r1, rack in (r1,r2), rack, !rack.",
        HelpName = "SELECTOR",
    };

    /// <summary>Adds the selection to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        command.Options.Add(Selector);
        command.Options.Add(All);
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(Names) is { Length: > 0 }, result.GetValue(Selector) is not null,
                result.GetValue(All) }.Count(given => given) != 1)
                result.AddError("select machines by names, with -l KEY=VALUE, or with --all");
            else if (result.GetValue(Selector) is { } labels && !LabelSelector.TryParse(labels, out _, out var mistake))
                result.AddError(mistake);
        });
    }

    /// <summary>The given names; null if machines are selected by label or all.</summary>
    public IReadOnlyList<string>? Named(ParseResult result) => result.GetValue(Names) is { Length: > 0 } given ? given : null;

    /// <summary>Whether the selection can cover several machines.</summary>
    public bool IsMany(ParseResult result) => Named(result) is not [_];

    /// <summary>The names of all selected machines.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(ParseResult result, RackbootClient client, CancellationToken cancel)
    {
        if (Named(result) is { } named)
            return named;
        var names = new List<string>();
        await foreach (var page in client.GetMachinePagesAsync(new MachineQuery { Selector = result.GetValue(Selector) }, cancel))
            names.AddRange(page.Where(m => m.Status?.State != MachineState.Discovered).Select(m => m.Name));
        return names;
    }
}
