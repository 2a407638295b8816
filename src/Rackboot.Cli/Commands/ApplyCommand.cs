using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot apply</c>: creates or changes what YAML files describe.</summary>
public static class ApplyCommand
{
    public static Command Create(Session session)
    {
        var files = Files();
        var dryRun = new Option<bool>("--dry-run") { Description = "Check everything; change nothing." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Buy servers for the machines that have a place." };
        var command = new Command("apply",
            """
            Create or change what YAML files describe: machines, profiles, clusters, credentials, providers. Reports all errors, and changes
            nothing until every file is valid. Buys servers for machines with a place only with --yes, or later: rackboot cloud plan.

            Examples:
              rackboot apply -f rack.yaml
              rackboot apply -f rack/ --dry-run         check all .yaml files of a directory
              rackboot get machine node-01 -o yaml | sed s/r1/r2/ | rackboot apply -f -

            A file has documents like these, separated by ---
              apiVersion: v1alpha1
              kind: Profile
              name: default
              talos: { version: v1.14.0, arch: amd64 }
              ---
              apiVersion: v1alpha1
              kind: Credential
              name: rack1
              username: admin
              password: change-me          # or passwordFile: FILE
              ---
              apiVersion: v1alpha1
              kind: Machine
              name: node-01
              labels: { role: control-plane }
              macs: ["52:54:00:00:01:04"]
              profile: default             # default: the cluster's profile
              address: 10.20.0.21
              bmc: { address: 10.30.0.21, credential: rack1 }
              ---
              apiVersion: v1alpha1
              kind: Cluster
              name: prod
              vip: 10.20.0.10
              talos: { version: v1.14.0 }
              kubernetes: v1.36.3
              controlPlane: { selector: { role: control-plane } }

            All fields of a kind: rackboot fields machine
            """) { files, dryRun, yes };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var error = result.InvocationConfiguration.Error;
            if (await ReadAsync(result.GetValue(files)!, error) is not { } read)
                return ExitCode.Usage;
            var clusters = read.Where(d => d.Kind == "Cluster").ToList();
            var providers = read.Where(d => d.Kind == "Provider").ToList();
            var documents = read.Except(clusters).Except(providers).OrderBy(d => d.Kind == "Machine").ToList();
            var clashes = ClaimCheck.Clashes(documents).ToList();
            Mistakes.Write(error, [.. clashes.Select(c => c.Document.Describe(c.Clash))]);
            var dry = result.GetValue(dryRun);
            int[] checks =
            [
                await SingleApply.CheckAsync(client, [.. providers, .. clusters], error, cancel),
                clashes.Count > 0 ? ExitCode.Conflict : ExitCode.Ok,
            ];
            var worst = checks.Max();
            try
            {
                // Clashing documents are not sent, so that the daemon reports all other errors in the same run.
                documents = [.. documents.Except(clashes.Select(c => c.Document))];
                var done = documents.Count == 0
                    ? []
                    : await client.ApplyAsync([.. documents.Select(d => d.Json)], dry || worst != ExitCode.Ok, cancel);
                if (worst != ExitCode.Ok)
                    return worst;
                foreach (var (applied, document) in done.Zip(documents))
                {
                    foreach (var warning in applied.Warnings ?? [])
                        error.WriteLine(Printable.Of($"warning: {document.Describe(warning)}"));
                    output.WriteLine(
                        $"{applied.Kind.ToLowerInvariant()}/{applied.Name} {Tables.Word(applied.Outcome)}{(dry ? " (dry run)" : "")}");
                    foreach (var hint in applied.Hints ?? [])
                        output.WriteLine("  " + Printable.Of(hint));
                }

                foreach (var provider in providers)
                    await SingleApply.PutAsync(
                        client, provider, async name => (await client.GetProviderAsync(name, cancel)).ETag, dry, output, cancel);
                await ClusterApply.ApplyAsync(client, clusters, dry, output, error, cancel);
                var placed = documents.Where(d => d.Lines.ContainsKey("/place")).Select(d => d.Name).ToList();
                return dry || placed.Count == 0
                    ? ExitCode.Ok
                    : await CloudCommand.PlanAsync(client, placed, result.GetValue(yes), OutputFormat.Table,
                        result.InvocationConfiguration, cancel);
            }
            catch (ApiException e) when (e.Problem.Errors is { Count: > 0 } mistakes)
            {
                Mistakes.Write(error, [.. mistakes.Select(m => Describe(documents, m))]);
                foreach (var warning in e.Problem.Warnings ?? [])
                    error.WriteLine(Printable.Of($"warning: {Describe(documents, warning)}"));
                return Math.Max(worst, e.Status == System.Net.HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage);
            }
        });
        return command;
    }

    public static Option<string[]> Files() =>
        new("--filename", "-f")
        {
            Description = "A file, a directory of .yaml files, or - for standard input. Repeatable.", HelpName = "FILE",
            Required = true, AllowMultipleArgumentsPerToken = false,
        };

    public static string Collection(string kind) => kind switch
    {
        "Profile" => ApiPaths.Profiles,
        "Cluster" => ApiPaths.Clusters,
        "Provider" => ApiPaths.Providers,
        "Credential" => ApiPaths.Credentials,
        _ => ApiPaths.Machines,
    };

    /// <summary>The documents of all files; prints the errors and returns null if there are any.</summary>
    public static async Task<IReadOnlyList<YamlDocument>?> ReadAsync(IEnumerable<string> paths, TextWriter error)
    {
        var documents = new YamlDocuments();
        var unreadable = false;
        foreach (var path in paths.SelectMany(IEnumerable<string> (
            p) => Directory.Exists(p) ? Directory.EnumerateFiles(p, "*.y*ml").Order() : [p]))
            try
            {
                var text = path == "-" ? await Console.In.ReadToEndAsync() : await File.ReadAllTextAsync(path);
                documents.Add(path == "-" ? "stdin" : path, text,
                    path == "-" ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(path))!);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error.WriteLine($"{path}: cannot be read: {e.Message}");
                unreadable = true;
            }

        foreach (var twice in documents.Documents.GroupBy(d => (d.Kind, d.Name)).Where(g => g.Count() > 1))
        {
            unreadable = true;
            error.WriteLine($"{twice.Last().File}:{twice.Last().Line}: {twice.Key.Kind} {twice.Key.Name} is defined twice; the "
                + $"first is at {twice.First().File}:{twice.First().Line}");
        }

        Mistakes.Write(error, documents.Errors);
        if (documents.Errors.Count == 0 && !unreadable && documents.Documents.Count == 0)
            error.WriteLine("the files hold no documents");
        return documents.Errors.Count > 0 || unreadable || documents.Documents.Count == 0 ? null : documents.Documents;
    }

    // "/items/3/macs/0" is a place in the fourth document.
    internal static string Describe(IReadOnlyList<YamlDocument> documents, ProblemError mistake) =>
        mistake.Path.Split('/', 4) is ["", "items", var number, .. var rest] && int.TryParse(number, out var index)
            && index < documents.Count
            ? documents[index].Describe(mistake with { Path = rest is [var path] ? "/" + path : "" })
            : $"{mistake.Path}: {mistake.Message}";
}
