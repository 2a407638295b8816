using System.CommandLine;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot delete</c>.</summary>
public static class DeleteCommand
{
    public static Command Create(Session session)
    {
        var kind = new Argument<string?>("kind")
        {
            Description = "machine, profile, cluster or credential.", Arity = ArgumentArity.ZeroOrOne,
        };
        var names = new Argument<string[]>("name") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(context => context.ParseResult.GetResult(kind)?.Tokens is [var word]
            && Resource.Named(word.Value) is { } resource
            ? session.Complete(context, resource) : []);
        var files = ApplyCommand.Files();
        files.Required = false;
        var command = new Command("delete",
            """
            Delete machines (with their configurations), profiles, clusters without machines, or credentials.

            Examples:
              rackboot delete machine node-01 node-02
              rackboot delete -f rack.yaml              what the file describes
            """) { kind, names, files };
        command.Validators.Add(result =>
        {
            if (result.GetValue(files) is { Length: > 0 })
                return;
            if (Resource.Named(result.GetValue(kind) ?? "")?.Plural is not ("machines" or "profiles" or "clusters" or "credentials")
                || result.GetValue(names) is not { Length: > 0 })
                result.AddError("say what to delete: machine NAME, profile NAME, cluster NAME, credential NAME, or -f FILE");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            if (result.GetValue(files) is { Length: > 0 } paths)
            {
                if (await ApplyCommand.ReadAsync(paths, result.InvocationConfiguration.Error) is not { } documents)
                    return ExitCode.Usage;
                return await DeleteAsync(
                    documents.OrderBy(d => d.Kind != "Machine").Select(d => (d.Kind.ToLowerInvariant(), d.Name)), client, result, cancel);
            }

            var singular = Resource.Named(result.GetValue(kind)!)!.Aliases[0];
            return await DeleteAsync(result.GetValue(names)!.Select(name => (singular, name)), client, result, cancel);
        });
        return command;
    }

    private static Task<int> DeleteAsync(
        IEnumerable<(string Kind, string Name)> things, RackbootClient client, ParseResult result, CancellationToken cancel) =>
        Session.ForEachAsync(things, result.InvocationConfiguration.Error, async thing =>
        {
            await (thing.Kind switch
            {
                "profile" => client.DeleteProfileAsync(thing.Name, cancel),
                "cluster" => client.DeleteClusterAsync(thing.Name, cancel),
                "credential" => client.DeleteCredentialAsync(thing.Name, cancel),
                _ => client.DeleteMachineAsync(thing.Name, cancel),
            });
            result.InvocationConfiguration.Output.WriteLine($"{thing.Kind}/{thing.Name} deleted");
        });
}
