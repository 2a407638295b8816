using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot label</c>: labels of machines.</summary>
public static class LabelCommand
{
    public static Command Create(Session session)
    {
        var words = new Argument<string[]>("machine-or-label")
        {
            HelpName = "MACHINE|KEY=VALUE|KEY-",
            Description = "Machines, labels to set (KEY=VALUE), and labels to remove (KEY-).",
            Arity = ArgumentArity.OneOrMore,
        };
        words.CompletionSources.Add(context => session.Complete(context, Resource.Named("machines")!));
        var selector = MachineSelection.CreateSelector();
        var all = new Option<bool>("--all") { Description = "All described machines." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace existing values of labels." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change; change nothing." };
        var command = new Command("label",
            """
            Set and remove labels on all named or selected machines; if one fails, none is changed. Replaces an existing value only with
            --overwrite.

            Examples:
              rackboot label node-01 rack=r1 role=worker
              rackboot label node-01 node-02 role-             removes the label role
              rackboot label -l rack=r1 room=a --overwrite
            """) { words, selector, all, overwrite, dryRun };
        command.Validators.Add(result =>
        {
            var (names, set, remove) = Read(result.GetValue(words)!);
            if (set.Count + remove.Count == 0)
                result.AddError("missing label; KEY=VALUE sets a label, KEY- removes it");
            else if (set.Keys.FirstOrDefault(remove.Contains) is { } both)
                result.AddError($"set or remove {both}, not both");
            else if (new[] { names.Count > 0, result.GetValue(selector) is not null, result.GetValue(all) }.Count(given => given) != 1)
                result.AddError("select machines by names, with -l KEY=VALUE, or with --all");
            else if (names.FirstOrDefault(n => n.Contains('/', StringComparison.Ordinal)) is { } other)
                result.AddError($"\"{other}\" is not a machine; label other things with: rackboot edit {other}");
            else if (result.GetValue(selector) is { } labels && !LabelSelector.TryParse(labels, out _, out var mistake))
                result.AddError(mistake);
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var (names, set, remove) = Read(result.GetValue(words)!);
            var dry = result.GetValue(dryRun);
            var results = await client.LabelAsync(new LabelOrder
            {
                Machines = names.Count > 0 ? names : null,
                Selector = result.GetValue(selector),
                All = result.GetValue(all) ? true : null,
                Set = set.Count > 0 ? set : null,
                Remove = remove.Count > 0 ? remove : null,
                Overwrite = result.GetValue(overwrite) ? true : null,
            }, dry, cancel);
            foreach (var one in results)
                result.InvocationConfiguration.Output.WriteLine(
                    Printable.Of($"machine/{one.Name} {(one.Outcome == ApplyOutcome.Unchanged ? "unchanged" : "labelled")}{(dry ? " (dry "
                        + "run)" : "")}"));
            if (results.Count > 0)
                return ExitCode.Ok;
            result.InvocationConfiguration.Error.WriteLine("rackboot: no machine matches; nothing was labelled");
            return ExitCode.NotFound;
        });
        return command;
    }

    // "machine node-01 rack=r1" and "machine/node-01 rack=r1" work too.
    private static (List<string> Names, Dictionary<string, string> Set, List<string> Remove) Read(string[] words)
    {
        var (names, set, remove) = (new List<string>(), new Dictionary<string, string>(), new List<string>());
        foreach (var (i, word) in words.Index())
            if (word.Split('=', 2) is [var key, var value])
                set[key] = value;
            else if (word.EndsWith('-'))
                remove.Add(word[..^1]);
            else if (word.Split('/', 2) is ["machine" or "machines" or "m", var name])
                names.Add(name);
            else if (i > 0 || words.Length < 2 || word is not ("machine" or "machines"))
                names.Add(word);
        return (names, set, remove);
    }
}
