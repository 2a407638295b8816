using System.CommandLine;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot delete</c>.</summary>
public static class DeleteCommand
{
    public static Command Create(Session session)
    {
        var kind = new Argument<string?>("kind") { Description = "machine or profile.", Arity = ArgumentArity.ZeroOrOne };
        var names = new Argument<string[]>("name") { Description = "Which.", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(context => context.ParseResult.GetResult(kind)?.Tokens is [var word] && Resource.Named(word.Value) is { } resource
            ? Session.Complete(resource.Names).Select(n => new System.CommandLine.Completions.CompletionItem(n)) : []);
        var files = ApplyCommand.Files();
        files.Required = false;
        var command = new Command("delete",
            """
            Delete machines (with their configurations) or profiles.

            Examples:
              rackboot delete machine node-01 node-02
              rackboot delete -f rack.yaml              what the file describes
            """) { kind, names, files };
        command.Validators.Add(result =>
        {
            if (result.GetValue(files) is { Length: > 0 })
                return;
            if (Resource.Named(result.GetValue(kind) ?? "")?.Plural is not ("machines" or "profiles") || result.GetValue(names) is not { Length: > 0 })
                result.AddError("say what to delete: machine NAME, profile NAME, or -f FILE");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(files) is { Length: > 0 } paths)
            {
                if (await ApplyCommand.ReadAsync(paths, result.InvocationConfiguration.Error) is not { } documents)
                    return ExitCode.Usage;
                foreach (var document in documents.OrderBy(d => d.Kind == "Profile"))
                    await DeleteAsync(client, document.Kind == "Profile" ? "profiles" : "machines", document.Name, output, cancel);
                return ExitCode.Ok;
            }

            foreach (var name in result.GetValue(names)!)
                await DeleteAsync(client, Resource.Named(result.GetValue(kind)!)!.Plural, name, output, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task DeleteAsync(RackbootClient client, string kind, string name, TextWriter output, CancellationToken cancel)
    {
        await (kind == "profiles" ? client.DeleteProfileAsync(name, cancel) : client.DeleteMachineAsync(name, cancel));
        output.WriteLine($"{kind.TrimEnd('s')}/{name} deleted");
    }
}
