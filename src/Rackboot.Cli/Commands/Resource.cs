using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>A kind of thing that can be listed: what it is called, how it is fetched, and how it is shown.</summary>
public sealed record Resource(string Plural, IReadOnlyList<string> Aliases, Func<RackbootClient, IReadOnlyCollection<string>, string?, OutputFormat, TextWriter, CancellationToken, Task> Print,
    Func<RackbootClient, CancellationToken, Task<IEnumerable<string>>> Names)
{
    public static IReadOnlyList<Resource> All { get; } =
    [
        Of("machines", ["machine", "m"], (c, cancel) => c.GetMachinesAsync(cancel), m => m.Name, m => m.Labels, Tables.Write),
        Of("profiles", ["profile", "p"], (c, cancel) => c.GetProfilesAsync(cancel), p => p.Name, p => p.Labels, (o, p, _) => Tables.Write(o, p)),
        Of("credentials", ["credential", "c"], (c, cancel) => c.GetCredentialsAsync(cancel), c => c.Name, _ => null, (o, c, _) => Tables.Write(o, c)),
        Of("assets", ["asset", "a"], (c, cancel) => c.GetAssetsAsync(cancel), a => a.Name, _ => null, (o, a, _) => Tables.Write(o, a)),
        Of("leases", ["lease", "l"], (c, cancel) => c.GetLeasesAsync(cancel), l => l.Address, _ => null, (o, l, _) => Tables.Write(o, l)),
        Of("boots", ["boot", "b"], (c, cancel) => c.GetBootsAsync(null, cancel), b => b.Id, _ => null, (o, b, _) => Tables.Write(o, b)),
    ];

    public static Resource? Named(string name) => All.FirstOrDefault(r => r.Plural == name || r.Aliases.Contains(name));

    private static Resource Of<T>(
        string plural, string[] aliases, Func<RackbootClient, CancellationToken, Task<IReadOnlyList<T>>> fetch, Func<T, string> name,
        Func<T, IReadOnlyDictionary<string, string>?> labels, Action<TextWriter, IReadOnlyList<T>, bool> table) =>
        new(plural, aliases, async (client, names, selector, format, output, cancel) =>
        {
            var wanted = (selector ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=', 2)).ToList();
            var items = (await fetch(client, cancel))
                .Where(item => names.Count == 0 || names.Contains(name(item)))
                .Where(item => wanted.All(w => labels(item)?.TryGetValue(w[0], out var value) is true && (w.Length == 1 || value == w[1])))
                .ToList();
            if (names.FirstOrDefault(n => !items.Exists(item => name(item) == n)) is { } missing)
                throw new ApiException(System.Net.HttpStatusCode.NotFound, new Problem { Detail = $"there is no {aliases[0]} {missing}" });
            if (format == OutputFormat.Name)
                items.ForEach(item => output.WriteLine($"{aliases[0]}/{name(item)}"));
            else if (format is OutputFormat.Table or OutputFormat.Wide)
                table(output, items, format == OutputFormat.Wide);
            else if (names.Count == 1)
                Output.Documents.Write(output, format, items[0]);
            else
                Output.Documents.Write(output, format, new ItemList<T>(items));
        },
        async (client, cancel) => (await fetch(client, cancel)).Select(name));
}
