using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot wait</c>: waits until machines or clusters meet a condition.</summary>
public static class WaitCommand
{
    private const string DefaultTimeout = "10m";

    public static Command Create(Session session)
    {
        var words = new Argument<string[]>("machine")
        {
            HelpName = "MACHINE|cluster/NAME",
            Description = "Machines, or clusters as cluster/NAME.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        words.CompletionSources.Add(
            context => Target.Complete(session, context, []).Concat(session.Complete(context, Resource.Named("machines")!)));
        var selector = MachineSelection.CreateSelector();
        var all = new Option<bool>("--all") { Description = "All described machines." };
        var condition = new Option<string>("--for")
        {
            Description = "For a machine: a state (reported, booting, off, …), power=on, stage=kernel (or a later stage), or delete. For a "
                + "cluster: its phase, like ready, or delete.",
            HelpName = "CONDITION",
            Required = true,
        };
        condition.CompletionSources.Add([.. WaitCondition.Words]);
        var timeout = new Option<string>("--timeout")
        {
            Description = "The time limit, like 90s, 20m or 2h; 0 checks once.",
            HelpName = "TIME",
            DefaultValueFactory = _ => DefaultTimeout,
        };
        var command = new Command("wait",
            """
            Wait until machines or clusters meet a condition. Prints each as soon as it does. Exit code 1: the time limit passed.

            Examples:
              rackboot wait node-01 --for reported --timeout 20m
              rackboot wait -l rack=r1 --for power=off
              rackboot wait cluster/prod --for ready --timeout 1h
            """) { words, selector, all, condition, timeout };
        command.Validators.Add(result =>
        {
            var names = result.GetValue(words)!;
            if (new[] { names.Length > 0, result.GetValue(selector) is not null, result.GetValue(all) }.Count(given => given) != 1)
                result.AddError("select machines by names, with -l KEY=VALUE, or with --all");
            else if (Targets(names) is (_, { } mistake))
                result.AddError(mistake);
            else if (!WaitCondition.TryParse(result.GetValue(condition)!, Targets(names).Resource.Document, out _, out var wrong))
                result.AddError(wrong);
            else if (!Duration.TryParse(result.GetValue(timeout) ?? DefaultTimeout, out _))
                result.AddError($"--timeout takes a duration like 90s, 20m or 2h; not \"{result.GetValue(timeout)}\"");
            else if (result.GetValue(selector) is { } labels && !Contracts.Selection.LabelSelector.TryParse(labels, out _, out var unread))
                result.AddError(unread);
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var (resource, _) = Targets(result.GetValue(words)!);
            _ = WaitCondition.TryParse(result.GetValue(condition)!, resource.Document, out var wanted, out _);
            _ = Duration.TryParse(result.GetValue(timeout)!, out var limit);
            var names = result.GetValue(words)!.Select(w => w[(w.IndexOf('/', StringComparison.Ordinal) + 1)..]).ToHashSet();
            var waiting = new Waiting(client, wanted!, limit, result.InvocationConfiguration);
            return resource.Plural == "clusters"
                ? await waiting.ClustersAsync(names, cancel)
                : await waiting.MachinesAsync(names, new() { Selector = result.GetValue(selector) }, cancel);
        });
        return command;
    }

    // All words must name one kind.
    private static (Resource Resource, string? Mistake) Targets(string[] words)
    {
        var machines = Resource.Named("machines")!;
        var kinds = words.Select(w => w.Split('/', 2)).Select(w => w.Length == 1 ? machines : Resource.Named(w[0])).Distinct().ToList();
        return kinds switch
        {
            [] => (machines, null),
            [{ Plural: "machines" or "clusters" } only] => (only, null),
            _ => (machines, "give machines (node-01) or clusters (cluster/prod), one kind at a time"),
        };
    }
}
