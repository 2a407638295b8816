using System.Runtime.CompilerServices;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>A kind of thing that can be listed: what it is called, how it is fetched, and how it is shown.</summary>
/// <param name="Names">Those that begin with a word, for completion.</param>
public sealed record Resource(
    string Plural, IReadOnlyList<string> Aliases, bool HasLabels,
    Func<RackbootClient, IReadOnlyCollection<string>, string?, OutputFormat, TextWriter, CancellationToken, Task> Print,
    Func<RackbootClient, string, CancellationToken, Task<IEnumerable<string>>> Names)
{
    public static IReadOnlyList<Resource> All { get; } =
    [
        new Kind<Machine>("machines", ["machine", "m"], m => m.Name, Tables.Machines)
        {
            Labels = m => m.Labels,
            Pages = (client, selector, prefix, cancel) => client.GetMachinePagesAsync(
                new MachineQuery { Selector = selector, Prefix = prefix }, cancel),
            One = async (client, name, cancel) => (await client.GetMachineAsync(name, cancel)).Value,
        }.Resource(),
        new Kind<Profile>("profiles", ["profile", "p"], p => p.Name, Tables.Profiles)
        {
            Labels = p => p.Labels,
            Pages = (client, selector, _, cancel) => SelectedAsync(client.GetProfilesAsync(cancel), selector, p => p.Labels, cancel),
        }.Resource(),
        new Kind<Cluster>("clusters", ["cluster", "k"], c => c.Name, ClusterTables.Clusters)
        {
            Labels = c => c.Labels,
            Pages = (client, selector, _, cancel) => SelectedAsync(client.GetClustersAsync(cancel), selector, c => c.Labels, cancel),
        }.Resource(),
        new Kind<Credential>("credentials", ["credential", "c"], c => c.Name, Tables.Credentials)
        {
            Pages = (client, _, _, cancel) => SelectedAsync(client.GetCredentialsAsync(cancel), null, _ => null, cancel),
        }.Resource(),
        new Kind<Asset>("assets", ["asset", "a"], a => a.Name, Tables.Assets)
        {
            Pages = (client, _, _, cancel) => SelectedAsync(client.GetAssetsAsync(cancel), null, _ => null, cancel),
        }.Resource(),
        new Kind<Lease>("leases", ["lease", "l"], l => l.Address, Tables.Leases)
        {
            Pages = (client, _, _, cancel) => SelectedAsync(client.GetLeasesAsync(cancel), null, _ => null, cancel),
        }.Resource(),
        new Kind<Boot>("boots", ["boot", "b"], b => b.Id, Tables.Boots)
        {
            Pages = (client, _, _, cancel) => client.GetBootPagesAsync(cancel),
            One = (client, id, cancel) => client.GetBootAsync(id, cancel),
        }.Resource(),
    ];

    /// <summary>The boots of one machine, be it there or deleted.</summary>
    public static Resource BootsOf(string machine) => new Kind<Boot>("boots", ["boot", "b"], b => b.Id, Tables.Boots)
    {
        Pages = (client, _, _, cancel) => SelectedAsync(client.GetBootsAsync(machine, cancel), null, _ => null, cancel),
    }.Resource();

    public static Resource? Named(string name) => All.FirstOrDefault(r => r.Plural == name || r.Aliases.Contains(name));

    // A list that is short, chosen from here.
    private static async IAsyncEnumerable<IReadOnlyList<T>> SelectedAsync<T>(
        Task<IReadOnlyList<T>> fetch, string? selector, Func<T, IReadOnlyDictionary<string, string>?> labels,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var chosen = LabelSelector.TryParse(selector, out var parsed, out _) ? parsed : null;
        yield return [.. (await fetch.WaitAsync(cancel)).Where(item => chosen?.Matches(labels(item)) is not false)];
    }
}
