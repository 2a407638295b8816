using Rackboot.Cli.Output;

namespace Rackboot.Cli.Commands;

/// <summary>A table of things, or their names, printed page by page as the pages arrive; if sorted here, all at once.</summary>
internal sealed class Page<T>(Kind<T> kind, ListRequest request, TextWriter output)
{
    private readonly Listing<T> _listing = kind.Listing(request.Format == OutputFormat.Wide, request.ShowLabels);
    private Listing<T>.Table? _table;

    /// <summary>Prints all.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> PrintAsync(IAsyncEnumerable<IReadOnlyList<T>> pages)
    {
        var count = 0;
        var all = new List<T>();
        await foreach (var page in pages)
        {
            count += page.Count;
            if (request.SortBy is not null)
                all.AddRange(page);
            else
                Print(page);
        }

        if (request.SortBy is { } column)
            Print([.. kind.Listing(wide: true, labels: true).Sorted(all, column)]);
        return count;
    }

    /// <summary>Prints one more page.</summary>
    public void Print(IReadOnlyList<T> things)
    {
        if (request.Format == OutputFormat.Name)
            foreach (var thing in things)
                output.WriteLine($"{kind.Singular}/{kind.Name(thing)}");
        else if (things.Count > 0)
            (_table ??= _listing.Columns(Screen.Width(output, request.Format))).Write(output, things);
    }
}
