using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class EventLogTests
{
    private const int Kept = 10_000;

    [Fact]
    public async Task Only_the_newest_events_are_kept_in_memory_and_on_disk()
    {
        await using var rack = Rack.Start();
        for (var i = 1; i <= Kept + 50; i++)
            Add(rack.Events, i);
        Assert.Equal(Enumerable.Range(51, Kept), await ReadAsync(rack.Events, after: 0, Kept));
        await rack.SettleAsync();
        Assert.Equal(Kept, rack.Store.Load(Table.Events).Count);
    }

    [Fact]
    public async Task A_store_with_more_than_is_kept_is_trimmed_when_it_is_opened()
    {
        await using var rack = Rack.Start();
        await rack.Store.CommitAsync([.. Enumerable.Range(1, Kept + 20).Select(
            i => Change.Put(Table.Events, i.ToString("d16"), new RackEvent(i, rack.Clock.Now, "test", Level.Info, null, null, $"{i}")))]);
        var events = new EventLog(rack.Store, rack.Clock, NullLogger<EventLog>.Instance);
        Assert.Equal(21, (await ReadAsync(events, after: 0, 1)).Single());
        await rack.SettleAsync();
        Assert.Equal(Kept, rack.Store.Load(Table.Events).Count);
    }

    [Fact]
    public async Task Numbers_go_on_after_a_restart()
    {
        await using var rack = Rack.Start();
        Add(rack.Events, 1);
        Add(rack.Events, 2);
        await rack.RestartAsync();
        Add(rack.Events, 3);
        Assert.Equal([2, 3], await ReadAsync(rack.Events, after: 1, 2));
    }

    [Fact]
    public async Task A_follower_gets_what_it_missed_and_what_happens_each_once_and_in_order()
    {
        await using var rack = Rack.Start();
        Add(rack.Events, 1);
        Add(rack.Events, 2);
        await using var follower = rack.Events.FollowAsync(1, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await follower.MoveNextAsync());
        Add(rack.Events, 3);
        Add(rack.Events, 4);
        var seen = new List<long> { follower.Current.Id };
        while (seen.Count < 3 && await follower.MoveNextAsync())
            seen.Add(follower.Current.Id);
        Assert.Equal([2, 3, 4], seen);
    }

    [Fact]
    public async Task A_follower_that_asks_for_no_number_gets_only_what_is_new()
    {
        await using var rack = Rack.Start();
        Add(rack.Events, 1);
        await using var follower = rack.Events.FollowAsync(null, CancellationToken.None).GetAsyncEnumerator();
        var next = follower.MoveNextAsync();
        Add(rack.Events, 2);
        Assert.True(await next);
        Assert.Equal(2, follower.Current.Id);
    }

    [Fact]
    public async Task A_follower_that_reads_too_slowly_is_told_to_go_on_after_its_last_event_and_loses_none()
    {
        await using var rack = Rack.Start();
        Add(rack.Events, 1);
        var seen = new List<int>();
        var follower = rack.Events.FollowAsync(0, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await follower.MoveNextAsync());
        seen.Add(int.Parse(follower.Current.Text));
        for (var i = 2; i <= 6000; i++)
            Add(rack.Events, i);
        var told = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (await follower.MoveNextAsync())
                seen.Add(int.Parse(follower.Current.Text));
        });
        Assert.Contains("the reader is too slow", told.Message, StringComparison.Ordinal);
        await follower.DisposeAsync();
        Assert.InRange(seen.Count, 1000, 5999);
        seen.AddRange(await ReadAsync(rack.Events, seen[^1], 6000 - seen.Count));
        Assert.Equal(Enumerable.Range(1, 6000), seen);
    }

    [Fact]
    public async Task A_slow_follower_holds_up_nobody_else()
    {
        await using var rack = Rack.Start();
        Add(rack.Events, 1);
        await using var slow = rack.Events.FollowAsync(0, CancellationToken.None).GetAsyncEnumerator();
        await slow.MoveNextAsync();
        await using var quick = rack.Events.FollowAsync(1, CancellationToken.None).GetAsyncEnumerator();
        for (var i = 2; i <= 6000; i++)
        {
            var next = quick.MoveNextAsync();
            Add(rack.Events, i);
            Assert.True(await next);
            Assert.Equal(i, quick.Current.Id);
        }
    }

    [Fact]
    public async Task A_follower_that_is_cancelled_ends()
    {
        await using var rack = Rack.Start();
        using var stop = new CancellationTokenSource();
        await using var follower = rack.Events.FollowAsync(null, stop.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = follower.MoveNextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    private static void Add(EventLog events, int number) => events.Add("test", Level.Info, null, null, $"{number}");

    private static async Task<List<int>> ReadAsync(EventLog events, long after, int count)
    {
        var read = new List<int>();
        await foreach (var e in events.FollowAsync(after, CancellationToken.None))
        {
            read.Add(int.Parse(e.Text));
            if (read.Count == count)
                break;
        }

        return read;
    }
}
