using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot get</c>, and the list subcommands of other commands.</summary>
public static class GetCommand
{
    public static Command Create(Session session)
    {
        var kind = new Argument<string>("kind")
        {
            Description = "machines, profiles, clusters, credentials, assets, leases or boots; or KIND/NAME.",
        };
        kind.CompletionSources.Add(context => Target.Complete(session, context, Resource.All));
        var names = new Argument<string[]>("name") { Description = "Only these.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(context => context.ParseResult.GetResult(kind)?.Tokens is [var word]
            && Resource.Named(word.Value) is { } resource
            ? session.Complete(context, resource) : []);
        var selector = MachineSelection.CreateSelector();
        var filters = new MachineFilters();
        var show = new ListOptions();
        var command = new Command("get",
            """
            List what the appliance knows, as a table, JSON or YAML.

            Examples:
              rackboot get machines                            all machines
              rackboot get machines -l rack=r1 -o wide         rack r1, more columns
              rackboot get machines --state stalled,failed     those needing attention
              rackboot get machines --power on --sort-by seen  last seen first
              rackboot get machines -l rack=r1 --watch         print changes
              rackboot get machine/node-01 -o yaml             ready to apply again
              rackboot get leases -o json
            """) { kind, names, selector };
        filters.AddTo(command);
        show.AddTo(command);
        command.Validators.Add(result =>
        {
            if (!Target.TryRead(result.GetValue(kind), result.GetValue(names)!, out var targets, out var mistake)
                || Mistake(targets, result, selector, filters, show, out mistake))
                result.AddError(mistake);
        });
        session.Run(command, async (result, client, cancel) =>
        {
            _ = Target.TryRead(result.GetValue(kind), result.GetValue(names)!, out var targets, out _);
            foreach (var target in targets)
                await target.Resource.Print(client, show.Read(result) with
                {
                    Names = target.Names,
                    Query = filters.Read(result) with { Selector = result.GetValue(selector) },
                }, result.InvocationConfiguration, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>A command that lists one kind, such as <c>rackboot lease list</c>.</summary>
    public static Command List(Session session, string plural)
    {
        var resource = Resource.Named(plural)!;
        var show = new ListOptions();
        var command = new Command("list", $"List all {plural}.\n\nExample:\n  rackboot {plural.TrimEnd('s')} list -o json");
        show.AddTo(command);
        var machine = new Option<string?>("--machine")
        {
            Description = "Only boots of the machine with this name, deleted machines included.",
            HelpName = "NAME",
        };
        machine.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        if (plural == "boots")
            command.Add(machine);
        command.Validators.Add(result =>
        {
            if (Columns(resource, result.GetValue(show.SortBy)) is { } mistake)
                result.AddError(mistake);
        });
        session.Run(command, async (result, client, cancel) =>
        {
            await resource.Print(
                client, show.Read(result) with { Machine = plural == "boots" ? result.GetValue(machine) : null },
                    result.InvocationConfiguration, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Option<OutputFormat> Format() => new("--output", "-o")
    {
        Description = "Output format: table, wide, json, yaml or name.",
        HelpName = "FORMAT",
    };

    private static bool Mistake(
        IReadOnlyList<Target> targets, System.CommandLine.Parsing.CommandResult result, Option<string?> selector, MachineFilters filters,
            ListOptions show,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? mistake)
    {
        mistake = filters.Mistake(result);
        foreach (var (resource, names) in targets)
            mistake ??= result.GetValue(selector) is { } given && !resource.HasLabels ? $"{resource.Plural} have no labels to select by"
                : result.GetValue(selector) is not null && names.Count > 0 ? "give names or -l SELECTOR, not both"
                : result.GetValue(selector) is { } labels && !LabelSelector.TryParse(labels, out _, out var wrong) ? wrong
                : filters.IsGiven(result) && resource.Plural != "machines"
                    ? $"--state, --stage and --power select machines, not {resource.Plural}"
                : filters.IsGiven(result) && names.Count > 0 ? "give names, or --state, --stage and --power; not both"
                : result.GetValue(show.ShowLabels) && !resource.HasLabels ? $"{resource.Plural} have no labels"
                : Columns(resource, result.GetValue(show.SortBy));
        if (result.GetValue(show.Watch) && targets.Count > 1)
            mistake ??= "--watch follows one kind at a time";
        return mistake is not null;
    }

    private static string? Columns(Resource resource, string? column)
    {
        var titles = resource.Columns.Select(c => c.Replace(' ', '-')).ToList();
        return column is null || titles.Contains(column.Trim().Replace(' ', '-').ToLowerInvariant()) ? null
            : $"{resource.Plural} have no column {column}; {Spelling.Hint(column.ToLowerInvariant(), titles)}";
    }
}
