using System.Net;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Applies clusters and providers. They are stored one by one, not in the batch of machines, profiles and credentials. All are
/// validated before anything is changed.</summary>
internal static class SingleApply
{
    /// <summary>Has the daemon validate every document; prints the errors.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> CheckAsync(
        RackbootClient client, IEnumerable<YamlDocument> documents, TextWriter error, CancellationToken cancel)
    {
        var worst = ExitCode.Ok;
        var lines = new List<string>();
        try
        {
            foreach (var document in documents)
                try
                {
                    await client.PutAsync(ApplyCommand.Collection(document.Kind), document.Name, document.Json, dryRun: true, cancel);
                }
                catch (ApiException e) when (e.Problem.Errors is { Count: > 0 } mistakes)
                {
                    lines.AddRange(mistakes.Select(document.Describe));
                    worst = Math.Max(worst, e.Status == HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage);
                }
        }
        finally
        {
            Mistakes.Write(error, lines);
        }

        return worst;
    }

    /// <summary>Stores one document and prints the outcome.</summary>
    /// <param name="stored">Gets the ETag of the stored document with a name.</param>
    public static async Task PutAsync(RackbootClient client, YamlDocument document, Func<string, Task<string?>> stored, bool dryRun,
        TextWriter output, CancellationToken cancel)
    {
        var before = await VersionAsync(stored, document.Name);
        await client.PutAsync(ApplyCommand.Collection(document.Kind), document.Name, document.Json, dryRun, cancel);
        var what = before is null ? "created"
            : dryRun || await VersionAsync(stored, document.Name) != before ? "configured" : "unchanged";
        output.WriteLine($"{document.Kind.ToLowerInvariant()}/{document.Name} {what}{(dryRun ? " (dry run)" : "")}");
    }

    private static async Task<string?> VersionAsync(Func<string, Task<string?>> stored, string name)
    {
        try
        {
            return (await stored(name))?.Split('.')[0]; // the part after the dot changes with the observed state
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
