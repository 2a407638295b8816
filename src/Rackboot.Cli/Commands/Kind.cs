using System.CommandLine;
using System.Net;
using System.Runtime.CompilerServices;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>A kind of thing: how to fetch it from the daemon and how to print it.</summary>
internal sealed class Kind<T>(string plural, string document, string[] aliases, Func<T, string> name, Func<bool, Listing<T>> listing)
{
    private const int MostCompletions = 500;

    /// <summary>Null if the kind has no labels.</summary>
    public Func<T, IReadOnlyDictionary<string, string>?>? Labels { get; init; }

    /// <summary>Everything a request selects, as far as the daemon can select.</summary>
    public required Func<RackbootClient, ListRequest, CancellationToken, IAsyncEnumerable<IReadOnlyList<T>>> Pages { get; init; }

    /// <summary>Fetches one by name; null for kinds so few that the list is searched.</summary>
    public Func<RackbootClient, string, CancellationToken, Task<T>>? One { get; init; }

    /// <summary>The name of the thing that an event is about; null if events are about no such thing.</summary>
    public Func<Event, string?>? Changed { get; init; }

    /// <summary>A thing in the form in which it is printed as a document.</summary>
    public Func<T, T> Document { get; init; } = thing => thing;

    public string Singular => aliases[0];

    public Func<T, string> Name => name;

    public Resource Resource() =>
        new(plural, document, aliases, Labels is not null, [.. Listing(wide: true, labels: Labels is not null).Fields.Select(f => f.Title)],
            PrintAsync, NamesAsync);

    public Listing<T> Listing(bool wide, bool labels) =>
        labels && Labels is { } of ? listing(wide).With(new Field<T>("labels", 0, thing => Tables.Labels(of(thing)))) : listing(wide);

    /// <summary>The things that <paramref name="request"/> names or selects.</summary>
    public IAsyncEnumerable<IReadOnlyList<T>> AllAsync(RackbootClient client, ListRequest request, CancellationToken cancel) =>
        request.Names.Count == 0 ? Pages(client, request, cancel) : NamedAsync(client, request, cancel);

    private async Task PrintAsync(RackbootClient client, ListRequest request, InvocationConfiguration console, CancellationToken cancel)
    {
        if (request.Watch)
            await new Watched<T>(this, client, request, console).RunAsync(cancel);
        else if (request.Format is OutputFormat.Json or OutputFormat.Yaml)
            await PrintDocumentsAsync(client, request, console.Output, cancel);
        else if (await new Page<T>(this, request, console.Output).PrintAsync(AllAsync(client, request, cancel)) == 0)
            console.Error.WriteLine(request.IsAll ? $"there are no {plural}" : $"no {Singular} matches");
    }

    private async Task PrintDocumentsAsync(RackbootClient client, ListRequest request, TextWriter output, CancellationToken cancel)
    {
        var all = new List<T>();
        await foreach (var page in AllAsync(client, request, cancel))
            all.AddRange(page.Select(Document));
        if (request.SortBy is { } column)
            all = [.. Listing(wide: true, labels: true).Sorted(all, column)];
        if (request.Names.Count == 1)
            Documents.Write(output, request.Format, all[0]);
        else
            Documents.Write(output, request.Format, new ItemList<T>(all));
    }

    private async IAsyncEnumerable<IReadOnlyList<T>> NamedAsync(
        RackbootClient client, ListRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        var found = new List<T>();
        if (One is not null)
        {
            foreach (var one in request.Names)
                found.Add(await One(client, one, cancel));
            yield return found;
            yield break;
        }

        await foreach (var page in Pages(client, request, cancel))
            found.AddRange(page.Where(item => request.Names.Contains(name(item))));
        if (request.Names.FirstOrDefault(n => !found.Exists(item => name(item) == n)) is { } missing)
            throw new ApiException(HttpStatusCode.NotFound, new Problem { Detail = $"there is no {Singular} {missing}" });
        yield return found;
    }

    private async Task<IEnumerable<string>> NamesAsync(RackbootClient client, string prefix, CancellationToken cancel)
    {
        var request = new ListRequest { Query = new() { Prefix = prefix.Length == 0 ? null : prefix } };
        await foreach (var page in Pages(client, request, cancel))
            return page.Take(MostCompletions).Select(name);
        return [];
    }
}
