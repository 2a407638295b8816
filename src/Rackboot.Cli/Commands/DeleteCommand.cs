using System.CommandLine;
using System.Net;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot delete</c>.</summary>
public static class DeleteCommand
{
    private static readonly string[] Kinds = ["machines", "profiles", "clusters", "providers", "credentials"];

    // Things that use another thing are deleted before it.
    private static readonly string[] Order = ["Machine", "Profile", "Provider", "Credential", "Cluster"];

    public static Command Create(Session session)
    {
        var kind = new Argument<string?>("kind")
        {
            Description = "machine, profile, cluster, provider or credential.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        kind.CompletionSources.Add(context => Target.Complete(session, context, Resource.All.Where(r => Kinds.Contains(r.Plural))));
        var names = new Argument<string[]>("name") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(context => context.ParseResult.GetResult(kind)?.Tokens is [var word]
            && Resource.Named(word.Value) is { } resource
            ? session.Complete(context, resource) : []);
        var files = ApplyCommand.Files();
        files.Required = false;
        var selector = MachineSelection.CreateSelector();
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be deleted; delete nothing." };
        var yes = Confirmation.Yes();
        var command = new Command("delete",
            """
            Delete machines, profiles, clusters, providers or credentials. A machine's configuration is deleted with it. A cluster or
            provider must have no machines. Asks before deleting several, a cluster, or a machine bought at a provider: its server is
            given back, and the data on its disks is lost.

            Examples:
              rackboot delete machine node-01
              rackboot delete machine/node-01 profile/old
              rackboot delete machines -l rack=r9 --dry-run
              rackboot delete -f rack.yaml --yes        everything the file describes
            """) { kind, names, files, selector, dryRun, yes };
        command.Validators.Add(result =>
        {
            var given = result.GetValue(kind);
            if (!Target.TryRead(given, result.GetValue(names)!, out var targets, out var mistake))
                result.AddError(mistake);
            else if (targets.FirstOrDefault(t => !Kinds.Contains(t.Resource.Plural)) is { } other)
                result.AddError($"{other.Resource.Plural} cannot be deleted here; {(other.Resource.Plural == "assets" ? "use: rackboot "
                    + "asset remove" : "allowed: machines, profiles, clusters, providers, credentials")}");
            else if (result.GetValue(files) is { Length: > 0 } ? given is not null || result.GetValue(selector) is not null
                : result.GetValue(selector) is not null ? targets is not [{ Resource.Plural: "machines", Names: [] }]
                : targets.Count == 0 || targets.Any(t => t.Names.Count == 0))
                result.AddError("give one of: machine NAME, machines -l SELECTOR, profile NAME, cluster NAME, provider NAME, "
                    + "credential NAME, -f FILE");
            else if (result.GetValue(selector) is { } labels && !LabelSelector.TryParse(labels, out _, out mistake))
                result.AddError(mistake);
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            if (await ItemsAsync(result, client, kind, names, files, selector, cancel) is not { } items)
                return ExitCode.Usage;
            if (items.Count == 0)
            {
                console.Error.WriteLine($"rackboot: no machine matches {result.GetValue(selector)}; nothing was deleted");
                return ExitCode.NotFound;
            }

            var dry = result.GetValue(dryRun);
            if (!dry && !result.GetValue(yes))
            {
                var machines = items.Where(i => i.Kind == "Machine").Select(i => i.Name).ToList();
                var released = await ReleasedServers.OfAsync(client, machines, cancel);
                if ((items.Count > 1 || items[0].Kind == "Cluster" || released.Count > 0)
                    && !Confirmation.Asks(console, Question(items) + ReleasedServers.Say(released), out var refusal))
                    return refusal;
            }

            return await DeleteAsync(client, items, dry, console, cancel);
        });
        return command;
    }

    private static async Task<List<DeleteItem>?> ItemsAsync(
        ParseResult result, RackbootClient client, Argument<string?> kind, Argument<string[]> names, Option<string[]> files,
            Option<string?> selector,
        CancellationToken cancel)
    {
        if (result.GetValue(files) is { Length: > 0 } paths)
            return (await ApplyCommand.ReadAsync(paths, result.InvocationConfiguration.Error))?
                .OrderBy(d => Array.IndexOf(Order, d.Kind)).Select(d => new DeleteItem(d.Kind, d.Name)).ToList();
        if (result.GetValue(selector) is { } labels)
        {
            var chosen = new List<DeleteItem>();
            await foreach (var page in client.GetMachinePagesAsync(new MachineQuery { Selector = labels }, cancel))
                chosen.AddRange(page.Select(m => new DeleteItem("Machine", m.Name)));
            return chosen;
        }

        _ = Target.TryRead(result.GetValue(kind), result.GetValue(names)!, out var targets, out _);
        return [.. targets.SelectMany(t => t.Names.Select(name => new DeleteItem(t.Resource.Document, name)))
            .OrderBy(i => Array.IndexOf(Order, i.Kind))];
    }

    private static string Question(List<DeleteItem> items)
    {
        var kinds = items.GroupBy(i => i.Kind).Select(g => Confirmation.Count(g.Key.ToLowerInvariant(), [.. g.Select(i => i.Name)]))
            .ToList();
        return $"Delete {string.Join("; ", kinds)}?{(items.Exists(i => i.Kind == "Cluster") ? " The secrets of a cluster go with "
            + "it." : "")}";
    }

    private static async Task<int> DeleteAsync(
        RackbootClient client, List<DeleteItem> items, bool dry, InvocationConfiguration console, CancellationToken cancel)
    {
        var worst = ExitCode.Ok;
        var providers = items.Where(i => i.Kind == "Provider").ToList();
        var clusters = items.Where(i => i.Kind == "Cluster").ToList();
        worst = await Session.ForEachAsync(providers, console.Error, async provider =>
        {
            if (dry)
                await client.GetProviderAsync(provider.Name, cancel);
            else
                await client.DeleteProviderAsync(provider.Name, cancel);
            Tell(provider);
        });
        if (items.Count > clusters.Count + providers.Count)
            foreach (var done in await client.DeleteAsync([.. items.Except(clusters).Except(providers)], dry, cancel))
                if (done.Detail is { } detail)
                    worst = Math.Max(worst, Session.Refused(
                        new ApiException((HttpStatusCode)done.Status, new Problem { Detail = detail }), console.Error));
                else
                    Tell(new DeleteItem(done.Kind, done.Name));
        return Math.Max(worst, await Session.ForEachAsync(clusters, console.Error, async cluster =>
        {
            await client.DeleteClusterAsync(cluster.Name, dry, cancel);
            Tell(cluster);
        }));

        void Tell(DeleteItem item) =>
            console.Output.WriteLine(Printable.Of($"{item.Kind.ToLowerInvariant()}/{item.Name} deleted{(dry ? " (dry run)" : "")}"));
    }
}
