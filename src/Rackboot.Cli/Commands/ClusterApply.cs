using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Applies clusters, after the machines that they select, and prints the daemon's warnings.</summary>
internal static class ClusterApply
{
    public static async Task ApplyAsync(
        RackbootClient client, IEnumerable<YamlDocument> clusters, bool dryRun, TextWriter output, TextWriter error,
        CancellationToken cancel)
    {
        foreach (var document in clusters)
        {
            await SingleApply.PutAsync(
                client, document, async name => (await client.GetClusterAsync(name, cancel)).ETag, dryRun, output, cancel);
            if (!dryRun)
                foreach (var warning in (await client.GetClusterAsync(document.Name, cancel)).Value.Status?.Warnings ?? [])
                    error.WriteLine($"warning: cluster {document.Name}: {Printable.Of(warning)}");
        }
    }
}
