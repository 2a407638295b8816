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
                var differences = 0;
                foreach (var (document, wanted) in await WantedAsync(client, read, cancel))
                    if (wanted is { } changed)
                        differences += await ShowAsync(client, document, changed, output, cancel) ? 1 : 0;
                return differences > 0 ? ExitCode.Failed : ExitCode.Ok;
            }
            catch (ApiException e) when (e.Problem.Errors is { Count: > 0 } mistakes)
            {
                var sent = read.Where(d => d.Kind != "Cluster").ToList();
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
        var batch = documents.Where(d => d.Kind != "Cluster").ToList();
        if (batch.Count > 0)
            foreach (var (document, applied) in batch.Zip(await client.ApplyAsync([.. batch.Select(d => d.Json)], dryRun: true, cancel)))
                wanted.Add((document, applied.Outcome == ApplyOutcome.Unchanged ? null : applied.Document));
        foreach (var cluster in documents.Except(batch))
            wanted.Add((cluster, (await client.PutAsync(ApiPaths.Clusters, cluster.Name, cluster.Json, dryRun: true, cancel)).Value));
        return wanted;
    }

    private static async Task<bool> ShowAsync(
        RackbootClient client, YamlDocument document, JsonElement wanted, TextWriter output, CancellationToken cancel)
    {
        var before = "";
        try
        {
            before = Text((await client.GetDocumentAsync(ApplyCommand.Collection(document.Kind), document.Name, cancel)).Value);
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            // It is new.
        }

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
