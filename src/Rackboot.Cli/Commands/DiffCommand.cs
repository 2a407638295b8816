using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot diff</c>: what <c>rackboot apply</c> would change.</summary>
public static class DiffCommand
{
    private const int FewToGet = 20; // of a kind; of more all are listed, in a tenth of the time

    public static Command Create(Session session)
    {
        var files = ApplyCommand.Files();
        var command = new Command("diff",
            """
            Show what rackboot apply would change, line by line. Changes nothing. Exit code 0: no difference; 1: differences;
            higher: an error. Of secrets (passwords, machine configurations) it shows only that they change.

            Examples:
              rackboot diff -f rack.yaml
              rackboot diff -f rack/ && echo "the rack matches the files"
            """) { files };
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (await ApplyCommand.ReadAsync(result.GetValue(files)!, error) is not { } read)
                return ExitCode.Usage;
            try
            {
                var changed = (await WantedAsync(client, read, cancel)).Where(d => d.Wanted is not null).ToList();
                var before = await BeforeAsync(client, [.. changed.Select(d => d.Document)], cancel);
                var differences = changed.Count(d =>
                    Show(d.Document, before.GetValueOrDefault((d.Document.Kind, d.Document.Name)), d.Wanted!.Value, output));
                return differences > 0 ? ExitCode.Failed : ExitCode.Ok;
            }
            catch (ApiException e) when (e.Problem.Errors is { Count: > 0 } mistakes)
            {
                var sent = Batch(read);
                Mistakes.Write(error, [.. mistakes.Select(m => ApplyCommand.Describe(sent, m))]);
                return e.Status == System.Net.HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage;
            }
        });
        return command;
    }

    // What each document would be once it is applied; null where nothing changes. The daemon says so, so that what it fills in is no
    // difference.
    private static async Task<List<(YamlDocument Document, JsonElement? Wanted)>> WantedAsync(
        RackbootClient client, IReadOnlyList<YamlDocument> documents, CancellationToken cancel)
    {
        var wanted = new List<(YamlDocument, JsonElement?)>();
        var batch = Batch(documents);
        if (batch.Count > 0)
            foreach (var (document, applied) in batch.Zip(await client.ApplyAsync([.. batch.Select(d => d.Json)], dryRun: true, cancel)))
                wanted.Add((document, applied.Outcome == ApplyOutcome.Unchanged ? null : applied.Document));
        foreach (var cluster in documents.Except(batch))
            wanted.Add((cluster, (await client.PutAsync(ApiPaths.Clusters, cluster.Name, cluster.Json, dryRun: true, cancel)).Value));
        return wanted;
    }

    // Clusters are sent one by one.
    private static List<YamlDocument> Batch(IReadOnlyList<YamlDocument> documents) => [.. documents.Where(d => d.Kind != "Cluster")];

    // The documents as they are; null or nothing of those that are new.
    private static async Task<Dictionary<(string Kind, string Name), JsonElement?>> BeforeAsync(
        RackbootClient client, IReadOnlyList<YamlDocument> documents, CancellationToken cancel)
    {
        var before = new Dictionary<(string Kind, string Name), JsonElement?>();
        foreach (var kind in documents.GroupBy(d => d.Kind))
            if (kind.Count() > FewToGet)
                foreach (var there in await client.GetDocumentsAsync(ApplyCommand.Collection(kind.Key), cancel))
                    before[(kind.Key, there.GetProperty("name").GetString()!)] = there;
            else
                foreach (var name in kind.Select(d => d.Name))
                    before[(kind.Key, name)] = await GetAsync(client, ApplyCommand.Collection(kind.Key), name, cancel);
        return before;
    }

    private static async Task<JsonElement?> GetAsync(RackbootClient client, string collection, string name, CancellationToken cancel)
    {
        try
        {
            return (await client.GetDocumentAsync(collection, name, cancel)).Value;
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static bool Show(YamlDocument document, JsonElement? there, JsonElement wanted, TextWriter output)
    {
        var before = there is { } old ? Text(old) : "";
        var lines = LineDiff.Of(before, Text(wanted));
        var name = $"{document.Kind.ToLowerInvariant()}/{document.Name}";
        if (lines.Count == 0 && document.Kind == "Cluster")
            return false;
        output.WriteLine(Printable.Of($"--- {name}{(before.Length == 0 ? " (does not exist)" : "")}"));
        output.WriteLine(Printable.Of($"+++ {name} ({document.File}:{document.Line})"));
        foreach (var line in lines)
            output.WriteLine(Printable.Of(line));
        if (lines.Count == 0)
            output.WriteLine("  a secret in it changes");
        return true;
    }

    private static string Text(JsonElement document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var members = JsonObject.Create(document)!;
        members.Remove("status");
        Output.Documents.Write(text, OutputFormat.Yaml, members);
        return text.ToString();
    }
}
