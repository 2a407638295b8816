using System.CommandLine;
using System.Text.Json;
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
            Create or change machines and profiles from YAML files. Every mistake in every file is reported, and nothing is changed, before all is right.

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
            foreach (var document in documents.OrderByDescending(d => d.Kind == "Profile"))
            {
                var before = await TagAsync(client, document, cancel);
                var applied = dry ? judged.GetValueOrDefault(document) : await client.PutAsync(Collection(document.Kind), document.Name, document.Json, dryRun: false, cancel);
                var what = applied?.Created ?? before is null ? "created" : applied?.ETag == before ? "unchanged" : "configured";
                output.WriteLine($"{document.Kind.ToLowerInvariant()}/{document.Name} {what}{(dry ? " (dry run)" : "")}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    public static Option<string[]> Files() =>
        new("--filename", "-f") { Description = "A file, a directory of .yaml files, or - for standard input; may be given several times.", HelpName = "FILE", Required = true, AllowMultipleArgumentsPerToken = false };

    public static string Collection(string kind) => kind == "Profile" ? ApiPaths.Profiles : ApiPaths.Machines;

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

    // The appliance judges every document before any is applied. A profile that comes in the same go is not missing.
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
        var comingProfiles = documents.Where(d => d.Kind == "Profile").Select(d => d.Name).ToHashSet();
        foreach (var document in documents)
            try
            {
                judged[document] = await client.PutAsync(Collection(document.Kind), document.Name, document.Json, dryRun: true, cancel);
            }
            catch (ApiException e)
            {
                foreach (var mistake in e.Problem.Errors ?? [new ProblemError("", e.Message)])
                {
                    if (mistake.Path == "/profile" && document.Kind == "Machine" && comingProfiles.Contains(ProfileOf(document)))
                        continue;
                    error.WriteLine(document.Describe(mistake));
                    worst = Math.Max(worst, e.Status == System.Net.HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage);
                }
            }

        return (worst, judged);
    }

    private static string ProfileOf(YamlDocument document)
    {
        using var json = JsonDocument.Parse(document.Json);
        return json.RootElement.TryGetProperty("profile", out var profile) ? profile.GetString() ?? "" : "";
    }

    private static async Task<string?> TagAsync(RackbootClient client, YamlDocument document, CancellationToken cancel)
    {
        try
        {
            return document.Kind == "Profile" ? (await client.GetProfileAsync(document.Name, cancel)).ETag : (await client.GetMachineAsync(document.Name, cancel)).ETag;
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
