using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot get</c>, and the lists of other commands.</summary>
public static class GetCommand
{
    public static Command Create(Session session)
    {
        var kind = new Argument<string>("kind")
        {
            Description = "machines, profiles, credentials, assets, leases or boots (singular works too).",
        };
        kind.CompletionSources.Add(_ => Resource.All.Select(r => new System.CommandLine.Completions.CompletionItem(r.Plural)));
        var names = new Argument<string[]>("name") { Description = "Only these.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(context => context.ParseResult.GetResult(kind)?.Tokens is [var word]
            && Resource.Named(word.Value) is { } resource
            ? session.Complete(context, resource) : []);
        var selector = new Option<string?>("--selector", "-l")
        {
            Description = "Only those with these labels: rack=r1, rack!=r1, rack in (r1,r2), rack, !rack.", HelpName = "SELECTOR",
        };
        var format = Format();
        var command = new Command("get",
            """
            Show what the appliance knows, as a table, JSON or YAML.

            Examples:
              rackboot get machines                     all machines, one line each
              rackboot get machines -l rack=r1 -o wide  those of rack r1, with more columns
              rackboot get machine node-01 -o yaml      one, in a form that can be applied again
              rackboot get leases -o json
            """) { kind, names, selector, format };
        kind.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Resource.Named(token.Value) is null)
                result.AddError($"there is no kind \"{token.Value}\"; there are: {string.Join(", ", Resource.All.Select(r => r.Plural))}");
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(selector) is not { } given || Resource.Named(result.GetValue(kind) ?? "") is not { } resource)
                return;
            if (!resource.HasLabels)
                result.AddError($"{resource.Plural} have no labels to select by");
            else if (!LabelSelector.TryParse(given, out _, out var mistake))
                result.AddError(mistake);
        });
        session.Run(command, async (result, client, cancel) =>
        {
            await Resource.Named(result.GetValue(kind)!)!.Print(client, result.GetValue(names)!, result.GetValue(selector),
                result.GetValue(format), result.InvocationConfiguration.Output, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>A command that lists one kind, as <c>rackboot lease list</c> does.</summary>
    public static Command List(Session session, string plural)
    {
        var format = Format();
        var machine = new Option<string?>("--machine")
        {
            Description = "Only those of the machine that has this name, or had it when it was deleted.",
            HelpName = "NAME",
        };
        var command = new Command("list", $"List all {plural}.\n\nExample:\n  rackboot {plural.TrimEnd('s')} list -o json") { format };
        session.Run(command, async (result, client, cancel) =>
        {
            var resource = result.GetValue(machine) is { } name ? Resource.BootsOf(name) : Resource.Named(plural)!;
            await resource.Print(client, [], null, result.GetValue(format), result.InvocationConfiguration.Output, cancel);
            return ExitCode.Ok;
        });
        if (plural == "boots")
            command.Options.Add(machine);
        return command;
    }

    public static Option<OutputFormat> Format() =>
        new("--output", "-o") { Description = "How to print it: table, wide, json, yaml or name.", HelpName = "FORMAT" };
}
