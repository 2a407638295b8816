using System.CommandLine;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot apply</c>: files of documents become what the appliance knows.</summary>
public static class ApplyCommand
{
    public static Command Create(Session session)
    {
        var files = Files();
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would happen." };
        var command = new Command("apply",
            """
            Create or change machines, profiles and credentials from YAML files. Every mistake in every file is reported, and nothing is changed, before all is right.

            Examples:
              rackboot apply -f rack.yaml
              rackboot apply -f rack/ --dry-run         all .yaml files of a directory, only checked
              rackboot get machine node-01 -o yaml | sed s/r1/r2/ | rackboot apply -f -

            A file has documents like this, parted by lines with ---
              apiVersion: v1alpha1
              kind: Machine
              name: node-01
              macs: ["52:54:00:00:01:04"]
              profile: default
              address: 10.20.0.21
              machineConfig: { file: node-01.yaml }
            """) { files, dryRun };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var error = result.InvocationConfiguration.Error;
            if (await ReadAsync(result.GetValue(files)!, error) is not { } documents)
                return ExitCode.Usage;
            var (worst, judged) = await CheckAsync(client, documents, error, cancel);
            if (worst != ExitCode.Ok)
                return worst;
            var dry = result.GetValue(dryRun);
            foreach (var document in documents.OrderBy(d => d.Kind == "Machine"))
            {
                var before = await TagAsync(client, document, cancel);
                var applied = dry ? judged.GetValueOrDefault(document) : await client.PutAsync(Collection(document.Kind), document.Name, document.Json, dryRun: false, cancel);
                var what = applied?.Created ?? before is null ? "created" : applied?.ETag == before ? "unchanged" : "configured";
                output.WriteLine($"{document.Kind.ToLowerInvariant()}/{document.Name} {what}{(dry ? " (dry run)" : "")}");
                if (document.Kind == "Machine" && what != "unchanged" && !dry && applied is not null)
                    foreach (var hint in Hints(applied.Value))
                        output.WriteLine("  " + Printable.Of(hint));
            }

            await MissingFiles.WarnAsync(client, documents, error, cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    // What an operator who described a machine may wait for in vain.
    private static IEnumerable<string> Hints(JsonElement applied)
    {
        if (applied.ValueKind != JsonValueKind.Object || applied.Deserialize<Machine>(Document.Json) is not { MachineConfig: not null } machine)
            yield break;
        if (machine.Status?.Provisioning is { Armed: false, Provisioned: not null })
            yield return $"it was provisioned before, and is not provisioned anew by a change of its document; to do so: rackboot provision {machine.Name}";
        if (machine.Macs is not { Count: > 0 } && machine.Status?.AcceptedCards is not { Count: > 0 })
            yield return $"it names no macs: its first card is pending until you accept it (rackboot accept {machine.Name} --card MAC) or its BMC lists it";
    }

    public static Option<string[]> Files() =>
        new("--filename", "-f") { Description = "A file, a directory of .yaml files, or - for standard input; may be given several times.", HelpName = "FILE", Required = true, AllowMultipleArgumentsPerToken = false };

    public static string Collection(string kind) => kind switch
    {
        "Profile" => ApiPaths.Profiles,
        "Credential" => ApiPaths.Credentials,
        _ => ApiPaths.Machines,
    };

    /// <summary>The documents of all files; null if there are mistakes, which are printed.</summary>
    public static async Task<IReadOnlyList<YamlDocument>?> ReadAsync(IEnumerable<string> paths, TextWriter error)
    {
        var documents = new YamlDocuments();
        var unreadable = false;
        foreach (var path in paths.SelectMany(IEnumerable<string> (p) => Directory.Exists(p) ? Directory.EnumerateFiles(p, "*.y*ml").Order() : [p]))
            try
            {
                var text = path == "-" ? await Console.In.ReadToEndAsync() : await File.ReadAllTextAsync(path);
                documents.Add(path == "-" ? "stdin" : path, text, path == "-" ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(path))!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"{path}: cannot be read: {e.Message}");
                unreadable = true;
            }

        foreach (var twice in documents.Documents.GroupBy(d => (d.Kind, d.Name)).Where(g => g.Count() > 1))
        {
            unreadable = true;
            error.WriteLine($"{twice.Last().File}:{twice.Last().Line}: {twice.Key.Kind} {twice.Key.Name} stands here a second time; the first is at {twice.First().File}:{twice.First().Line}");
        }

        foreach (var mistake in documents.Errors)
            error.WriteLine(mistake);
        if (documents.Errors.Count == 0 && !unreadable && documents.Documents.Count == 0)
            error.WriteLine("there is no document in what was given");
        return documents.Errors.Count > 0 || unreadable || documents.Documents.Count == 0 ? null : documents.Documents;
    }

    // The appliance judges every document before any is applied. What comes in the same go is not missing.
    private static async Task<(int Worst, IReadOnlyDictionary<YamlDocument, Applied<JsonElement>> Judged)> CheckAsync(
        RackbootClient client, IReadOnlyList<YamlDocument> documents, TextWriter error, CancellationToken cancel)
    {
        var worst = ExitCode.Ok;
        foreach (var clash in ClaimCheck.Clashes(documents))
        {
            error.WriteLine(clash);
            worst = ExitCode.Conflict;
        }

        var judged = new Dictionary<YamlDocument, Applied<JsonElement>>();
        var coming = documents.Select(d => (d.Kind, d.Name)).ToHashSet();
        foreach (var document in documents)
            try
            {
                judged[document] = await client.PutAsync(Collection(document.Kind), document.Name, document.Json, dryRun: true, cancel);
            }
            catch (ApiException e)
            {
                foreach (var mistake in e.Problem.Errors ?? [new ProblemError("", e.Message)])
                {
                    if (document.Kind == "Machine" && Named(document, mistake.Path) is { } named && coming.Contains(named))
                        continue;
                    error.WriteLine(document.Describe(mistake));
                    worst = Math.Max(worst, e.Status == System.Net.HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage);
                }
            }

        return (worst, judged);
    }

    // What a machine names at this place of its document.
    private static (string Kind, string Name)? Named(YamlDocument document, string path)
    {
        var kind = path switch { "/profile" => "Profile", "/bmc/credential" or "/bmc/kg" => "Credential", _ => null };
        if (kind is null)
            return null;
        using var json = JsonDocument.Parse(document.Json);
        var at = json.RootElement;
        foreach (var member in path[1..].Split('/'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(member, out at))
                return null;
        return (kind, at.GetString() ?? "");
    }

    private static async Task<string?> TagAsync(RackbootClient client, YamlDocument document, CancellationToken cancel)
    {
        try
        {
            return document.Kind switch
            {
                "Profile" => (await client.GetProfileAsync(document.Name, cancel)).ETag,
                "Credential" => (await client.GetCredentialAsync(document.Name, cancel)).ETag,
                _ => (await client.GetMachineAsync(document.Name, cancel)).ETag,
            };
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
