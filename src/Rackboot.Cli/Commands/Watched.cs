using System.Collections.Concurrent;
using System.CommandLine;
using System.Net;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Cli.Terminal;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>Watches a list: prints each thing again when it has changed. Events name most changes; changes without an event, such as a
/// new power reading, are found by reading the whole list now and then.</summary>
internal sealed class Watched<T>(Kind<T> kind, RackbootClient client, ListRequest request, InvocationConfiguration console)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongListEvery = TimeSpan.FromSeconds(20);

    private readonly Page<T> _page = new(kind, request, console.Output);
    private readonly Listing<T> _all = kind.Listing(wide: true, labels: true);
    private readonly Dictionary<string, string> _shown = [];
    private readonly ConcurrentDictionary<string, bool> _changed = new();

    public Task RunAsync(CancellationToken cancel) => OpenPipe.FollowAsync(async stop =>
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var following = kind.Changed is null ? Task.Delay(Timeout.Infinite, ended.Token) : FollowAsync(kind.Changed, ended.Token);
        try
        {
            if (await ListAsync(sort: true, stop) == 0)
                console.Error.WriteLine("rackboot: nothing to show yet; waiting");
            for (var listed = TimeProvider.System.GetTimestamp(); !following.IsFaulted;)
            {
                await Task.Delay(LookEvery, stop);
                await ShowChangedAsync(stop);
                if (TimeProvider.System.GetElapsedTime(listed) < (kind.Changed is null ? ListEvery : LongListEvery))
                    continue;
                await TryAsync(() => ListAsync(sort: false, stop));
                listed = TimeProvider.System.GetTimestamp();
            }

            await following;
        }
        finally
        {
            await ended.CancelAsync();
        }

        return ExitCode.Ok;
    }, cancel);

    private async Task FollowAsync(Func<Event, string?> changed, CancellationToken cancel)
    {
        await foreach (var e in EventFollower.FollowAsync(client, null, console.Error, cancel))
            if (changed(e) is { } name)
                _changed[name] = true;
    }

    private async Task<int> ListAsync(bool sort, CancellationToken cancel)
    {
        var all = new List<T>();
        await foreach (var page in kind.AllAsync(client, request, cancel))
            all.AddRange(page);
        if (sort && request.SortBy is { } column)
            all = [.. _all.Sorted(all, column)];
        Show(all);
        return all.Count;
    }

    private async Task ShowChangedAsync(CancellationToken cancel)
    {
        foreach (var name in _changed.Keys.ToList())
        {
            _changed.TryRemove(name, out _);
            if (request.Names.Count > 0 && !request.Names.Contains(name))
                continue;
            await TryAsync(async () =>
            {
                if (await kind.One!(client, name, cancel) is var thing && Fits(thing))
                    Show([thing]);
                return 0;
            });
        }
    }

    // Neither a deleted thing nor an absent daemon ends the watch.
    private static async Task TryAsync(Func<Task<int>> look)
    {
        try
        {
            await look();
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
        }
        catch (HttpRequestException)
        {
        }
    }

    private bool Fits(T thing) => thing switch
    {
        Machine machine => request.Query.Matches(machine),
        Boot boot => request.Machine is null || boot.Machine == request.Machine,
        _ => true,
    };

    private void Show(List<T> things)
    {
        var news = things.Where(t => !_shown.TryGetValue(kind.Name(t), out var before) || before != _all.Fingerprint(t)).ToList();
        foreach (var thing in news)
            _shown[kind.Name(thing)] = _all.Fingerprint(thing);
        if (request.Format == OutputFormat.Json)
            foreach (var thing in news)
                console.Output.WriteLine(JsonSerializer.Serialize(kind.Document(thing), Contracts.Document.Json));
        else if (request.Format == OutputFormat.Yaml)
            foreach (var thing in news)
            {
                console.Output.WriteLine("---");
                Documents.Write(console.Output, OutputFormat.Yaml, kind.Document(thing));
            }
        else
            _page.Print(news);
    }
}
