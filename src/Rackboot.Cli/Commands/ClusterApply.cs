using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Applies the clusters of an apply. They are judged before anything is changed, and stored after the machines that they
/// take.</summary>
internal static class ClusterApply
{
    /// <summary>Has the daemon judge every cluster; mistakes are printed.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> CheckAsync(
        RackbootClient client, IEnumerable<YamlDocument> clusters, TextWriter error, CancellationToken cancel)
    {
        var worst = ExitCode.Ok;
        foreach (var cluster in clusters)
            try
            {
                await client.PutAsync(ApiPaths.Clusters, cluster.Name, cluster.Json, dryRun: true, cancel);
            }
            catch (ApiException e) when (e.Problem.Errors is { Count: > 0 } mistakes)
            {
                foreach (var mistake in mistakes)
                    error.WriteLine(cluster.Describe(mistake));
                worst = Math.Max(worst, e.Status == System.Net.HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage);
            }

        return worst;
    }

    public static async Task ApplyAsync(
        RackbootClient client, IEnumerable<YamlDocument> clusters, bool dryRun, TextWriter output, TextWriter error,
        CancellationToken cancel)
    {
        foreach (var document in clusters)
        {
            var before = await VersionAsync(client, document.Name, cancel);
            await client.PutAsync(ApiPaths.Clusters, document.Name, document.Json, dryRun, cancel);
            var after = dryRun ? null : await VersionAsync(client, document.Name, cancel);
            var what = before is null ? "created" : dryRun || after != before ? "configured" : "unchanged";
            output.WriteLine($"cluster/{document.Name} {what}{(dryRun ? " (dry run)" : "")}");
            if (!dryRun)
                foreach (var warning in (await client.GetClusterAsync(document.Name, cancel)).Value.Status?.Warnings ?? [])
                    error.WriteLine($"warning: cluster {document.Name}: {Printable.Of(warning)}");
        }
    }

    private static async Task<string?> VersionAsync(RackbootClient client, string name, CancellationToken cancel)
    {
        try
        {
            return (await client.GetClusterAsync(name, cancel)).ETag?.Split('.')[0]; // what is observed changes its rest
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
