using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Applies the providers of an apply: judged before anything is changed, stored after the credentials that they name.</summary>
internal static class ProviderApply
{
    /// <summary>Has the daemon judge every provider; mistakes are printed.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> CheckAsync(RackbootClient client, IEnumerable<YamlDocument> providers, TextWriter error,
        CancellationToken cancel)
    {
        var worst = ExitCode.Ok;
        foreach (var provider in providers)
            try
            {
                await client.PutAsync(ApiPaths.Providers, provider.Name, provider.Json, dryRun: true, cancel);
            }
            catch (ApiException e) when (e.Problem.Errors is { Count: > 0 } mistakes)
            {
                foreach (var mistake in mistakes)
                    error.WriteLine(provider.Describe(mistake));
                worst = Math.Max(worst, e.Status == System.Net.HttpStatusCode.Conflict ? ExitCode.Conflict : ExitCode.Usage);
            }

        return worst;
    }

    public static async Task ApplyAsync(
        RackbootClient client, IEnumerable<YamlDocument> providers, bool dryRun, TextWriter output, CancellationToken cancel)
    {
        foreach (var document in providers)
        {
            var before = await VersionAsync(client, document.Name, cancel);
            var applied = await client.PutAsync(ApiPaths.Providers, document.Name, document.Json, dryRun, cancel);
            var what = before is null ? "created" : applied.ETag != before ? "configured" : "unchanged";
            output.WriteLine($"provider/{document.Name} {what}{(dryRun ? " (dry run)" : "")}");
        }
    }

    private static async Task<string?> VersionAsync(RackbootClient client, string name, CancellationToken cancel)
    {
        try
        {
            return (await client.GetProviderAsync(name, cancel)).ETag;
        }
        catch (ApiException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
