using System.CommandLine;
using System.Runtime.CompilerServices;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>A kind of thing that can be listed: its names, and how to fetch and print it.</summary>
/// <param name="Document">The kind in a document.</param>
/// <param name="Columns">Column titles of its widest table.</param>
/// <param name="Print">Prints a list, and follows it with --watch.</param>
/// <param name="Names">Names with a given prefix, for completion.</param>
public sealed record Resource(
    string Plural, string Document, IReadOnlyList<string> Aliases, bool HasLabels, IReadOnlyList<string> Columns,
    Func<RackbootClient, ListRequest, InvocationConfiguration, CancellationToken, Task> Print,
    Func<RackbootClient, string, CancellationToken, Task<IEnumerable<string>>> Names)
{
    public static IReadOnlyList<Resource> All { get; } =
    [
        new Kind<Machine>("machines", "Machine", ["machine", "m"], m => m.Name, Tables.Machines)
        {
            Labels = m => m.Labels,
            Pages = (client, request, cancel) => client.GetMachinePagesAsync(request.Query, cancel),
            One = async (client, name, cancel) => (await client.GetMachineAsync(name, cancel)).Value,
            Changed = e => e.Machine,
            Document = DiscoveredMachine.Described,
        }.Resource(),
        new Kind<Profile>("profiles", "Profile", ["profile", "p"], p => p.Name, Tables.Profiles)
        {
            Labels = p => p.Labels,
            Pages = (client, request, cancel) =>
                SelectedAsync(client.GetProfilesAsync(cancel), request.Query.Selector, p => p.Labels, cancel),
        }.Resource(),
        new Kind<Cluster>("clusters", "Cluster", ["cluster", "k"], c => c.Name, ClusterTables.Clusters)
        {
            Labels = c => c.Labels,
            Pages = (client, request, cancel) =>
                SelectedAsync(client.GetClustersAsync(cancel), request.Query.Selector, c => c.Labels, cancel),
        }.Resource(),
        new Kind<CloudProvider>("providers", "Provider", ["provider"], p => p.Name, CloudTables.Providers)
        {
            Labels = p => p.Labels,
            Pages = (client, request, cancel) =>
                SelectedAsync(client.GetProvidersAsync(cancel), request.Query.Selector, p => p.Labels, cancel),
        }.Resource(),
        new Kind<Credential>("credentials", "Credential", ["credential", "c"], c => c.Name, Tables.Credentials)
        {
            Pages = (client, _, cancel) => SelectedAsync(client.GetCredentialsAsync(cancel), null, _ => null, cancel),
        }.Resource(),
        new Kind<Asset>("assets", "Asset", ["asset", "a"], a => a.Name, Tables.Assets)
        {
            Pages = (client, _, cancel) => SelectedAsync(client.GetAssetsAsync(cancel), null, _ => null, cancel),
        }.Resource(),
        new Kind<Lease>("leases", "Lease", ["lease", "l"], l => l.Address, Tables.Leases)
        {
            Pages = (client, _, cancel) => SelectedAsync(client.GetLeasesAsync(cancel), null, _ => null, cancel),
        }.Resource(),
        new Kind<Boot>("boots", "Boot", ["boot", "b"], b => b.Id, Tables.Boots)
        {
            Pages = (client, request, cancel) => client.GetBootPagesAsync(request.Machine, cancel),
            One = (client, id, cancel) => client.GetBootAsync(id, cancel),
            Changed = e => e.Boot,
        }.Resource(),
    ];

    public static Resource? Named(string name) => All.FirstOrDefault(r => r.Plural == name || r.Aliases.Contains(name));

    // A short list, filtered here.
    private static async IAsyncEnumerable<IReadOnlyList<T>> SelectedAsync<T>(
        Task<IReadOnlyList<T>> fetch, string? selector, Func<T, IReadOnlyDictionary<string, string>?> labels,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var chosen = LabelSelector.TryParse(selector, out var parsed, out _) ? parsed : null;
        yield return [.. (await fetch.WaitAsync(cancel)).Where(item => chosen?.Matches(labels(item)) is not false)];
    }
}
