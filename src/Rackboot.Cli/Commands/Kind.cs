using System.Net;
using System.Runtime.CompilerServices;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>A kind of document, how the daemon gives it and how it is printed.</summary>
internal sealed class Kind<T>(string plural, string[] aliases, Func<T, string> name, Func<bool, Listing<T>> listing)
{
    private const int MostCompletions = 500;

    /// <summary>Null where the kind has no labels.</summary>
    public Func<T, IReadOnlyDictionary<string, string>?>? Labels { get; init; }

    /// <summary>By selector and by the beginning of the name, as far as the daemon chooses.</summary>
    public required Func<RackbootClient, string?, string?, CancellationToken, IAsyncEnumerable<IReadOnlyList<T>>> Pages { get; init; }

    /// <summary>One by its name; null where there are few enough to look through.</summary>
    public Func<RackbootClient, string, CancellationToken, Task<T>>? One { get; init; }

    public Resource Resource() => new(plural, aliases, Labels is not null, PrintAsync, NamesAsync);

    private async Task PrintAsync(
        RackbootClient client, IReadOnlyCollection<string> names, string? selector, OutputFormat format, TextWriter output,
        CancellationToken cancel)
    {
        var pages = names.Count == 0 ? Pages(client, selector, null, cancel) : NamedAsync(client, names, selector, cancel);
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            var all = new List<T>();
            await foreach (var page in pages)
                all.AddRange(page);
            if (names.Count == 1)
                Documents.Write(output, format, all[0]);
            else
                Documents.Write(output, format, new ItemList<T>(all));
            return;
        }

        var table = listing(format == OutputFormat.Wide).Columns(Screen.Width(output, format));
        await foreach (var page in pages)
            if (format == OutputFormat.Name)
                foreach (var item in page)
                    output.WriteLine($"{aliases[0]}/{name(item)}");
            else
                table.Write(output, page);
    }

    private async IAsyncEnumerable<IReadOnlyList<T>> NamedAsync(
        RackbootClient client, IReadOnlyCollection<string> names, string? selector, [EnumeratorCancellation] CancellationToken cancel)
    {
        var found = new List<T>();
        if (One is not null && selector is null)
        {
            foreach (var one in names)
                found.Add(await One(client, one, cancel));
            yield return found;
            yield break;
        }

        await foreach (var page in Pages(client, selector, null, cancel))
            found.AddRange(page.Where(item => names.Contains(name(item))));
        if (names.FirstOrDefault(n => !found.Exists(item => name(item) == n)) is { } missing)
            throw new ApiException(HttpStatusCode.NotFound, new Problem { Detail = $"there is no {aliases[0]} {missing}" });
        yield return found;
    }

    private async Task<IEnumerable<string>> NamesAsync(RackbootClient client, string prefix, CancellationToken cancel)
    {
        await foreach (var page in Pages(client, null, prefix.Length == 0 ? null : prefix, cancel))
            return page.Take(MostCompletions).Select(name);
        return [];
    }
}
