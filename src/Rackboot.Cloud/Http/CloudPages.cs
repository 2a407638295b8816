using System.Runtime.CompilerServices;

namespace Rackboot.Cloud.Http;

/// <summary>Lists that come in pages with numbers.</summary>
internal static class CloudPages
{
    /// <summary>Every item once: some APIs give everything on every page, and things come and go in between.</summary>
    /// <param name="path">Of the page with a number.</param>
    /// <param name="size">How many items a full page has.</param>
    /// <param name="id">What an item is known by.</param>
    public static async IAsyncEnumerable<Answer> AllAsync(
        this CloudHttp http, Func<int, string> path, Func<Answer, Answer> items, int size, string id = "id", int first = 1,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var ids = new HashSet<string>();
        for (var number = first; ; number++)
        {
            var page = items(await http.GetAsync(path(number), cancel).ConfigureAwait(false)).Items.ToList();
            var fresh = page.Where(item => ids.Add(item[id].Text ?? item.ToString())).ToList();
            foreach (var item in fresh)
                yield return item;
            if (page.Count < size || fresh.Count == 0)
                yield break;
        }
    }

    /// <summary>A list that only makes another one better: names of places, stock. It is empty where the provider does not give it to this
    /// login.</summary>
    public static async Task<IReadOnlyList<Answer>> BesideAsync(this IAsyncEnumerable<Answer> items)
    {
        var list = new List<Answer>();
        try
        {
            await foreach (var item in items.ConfigureAwait(false))
                list.Add(item);
        }
        catch (CloudException e) when (CloudHttp.IsWithheld(e))
        {
            // What came before it is used.
        }

        return list;
    }

    /// <summary>What can be read of a list; what cannot is left out.</summary>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(this IAsyncEnumerable<Answer> items, Func<Answer, T?> read)
        where T : class
    {
        var list = new List<T>();
        await foreach (var item in items.ConfigureAwait(false))
            if (read(item) is { } one)
                list.Add(one);
        return list;
    }
}
