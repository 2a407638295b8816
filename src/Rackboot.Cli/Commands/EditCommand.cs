using System.CommandLine;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot edit</c>: a document in the operator's editor.</summary>
public static class EditCommand
{
    private static readonly string[] Kinds = ["machines", "profiles", "clusters", "credentials"];

    public static Command Create(Session session)
    {
        var kind = new Argument<string>("kind") { Description = "machine, profile, cluster or credential; or KIND/NAME." };
        kind.CompletionSources.Add(context => Target.Complete(session, context, Resource.All.Where(r => Kinds.Contains(r.Plural))));
        var name = new Argument<string?>("name") { Description = "Which.", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(
            context => context.ParseResult.GetResult(kind)?.Tokens is [var word] && Resource.Named(word.Value) is { } resource
            ? session.Complete(context, resource) : []);
        var command = new Command("edit",
            """
            Edit a document and apply it: opens $RACKBOOT_EDITOR, $EDITOR or vi, and applies when the editor closes. After errors the
            editor opens again and shows them at the top. To cancel, change nothing or empty the file.

            Examples:
              rackboot edit machine/node-01
              EDITOR=nano rackboot edit profile default
            """) { kind, name };
        command.Validators.Add(result =>
        {
            if (!Target.TryRead(result.GetValue(kind), Names(result.GetValue(name)), out var targets, out var mistake))
                result.AddError(mistake);
            else if (targets is not [{ Names: [_] } target])
                result.AddError("give one name, like machine/node-01");
            else if (!Kinds.Contains(target.Resource.Plural))
                result.AddError($"{target.Resource.Plural} cannot be edited; allowed: machines, profiles, clusters, credentials");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            _ = Target.TryRead(result.GetValue(kind), Names(result.GetValue(name)), out var targets, out _);
            var collection = ApplyCommand.Collection(targets[0].Resource.Document);
            var (document, etag) = await client.GetDocumentAsync(collection, targets[0].Names[0], cancel);
            var editing = new Editing(
                $"{targets[0].Resource.Aliases[0]}/{targets[0].Names[0]}", Text(document), result.InvocationConfiguration);
            return await editing.RunAsync(changed => ApplyAsync(client, collection, changed, targets[0], etag, cancel), cancel);
        });
        return command;
    }

    // The document's errors with their lines; empty if it was applied.
    private static async Task<IReadOnlyList<(int Line, string Mistake)>> ApplyAsync(
        RackbootClient client, string collection, YamlDocument changed, Target target, string? etag, CancellationToken cancel)
    {
        if (changed.Kind != target.Resource.Document || changed.Name != target.Names[0])
            return [(changed.LineOf("/name"), "kind and name cannot be changed; delete the document and apply a new one")];
        try
        {
            await client.PutAsync(collection, changed.Name, changed.Json, etag, dryRun: false, cancel);
            return [];
        }
        catch (ApiException e) when (e.Status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.Conflict)
        {
            return e.Problem.Errors is { Count: > 0 } errors
                ? [.. errors.Select(m => (changed.LineOf(m.Path), changed.Describe(m).Split(": ", 2)[^1]))]
                : [(1, e.Message)];
        }
    }

    private static IReadOnlyList<string> Names(string? name) => name is null ? [] : [name];

    private static string Text(JsonElement document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        if (document.Deserialize<Machine>(Reading) is { Kind: "Machine" } machine)
            Output.Documents.Write(text, OutputFormat.Yaml, DiscoveredMachine.Described(machine) with { Status = null });
        else
        {
            var members = JsonObject.Create(document)!;
            members.Remove("status");
            Output.Documents.Write(text, OutputFormat.Yaml, members);
        }

        return text.ToString();
    }

    // Only to learn whether it is a machine.
    private static readonly JsonSerializerOptions Reading = new(Document.Json)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };
}
