using System.Runtime.CompilerServices;
using Rackboot.Contracts;

namespace Rackboot.Cli;

/// <summary>Follows events. After a daemon restart it continues after the last event it saw.</summary>
internal static class EventFollower
{
    /// <summary>Yields every event after <paramref name="after"/> (null: from now on), until cancelled.</summary>
    /// <param name="error">Gets a line when the daemon stops answering.</param>
    public static async IAsyncEnumerable<Event> FollowAsync(
        RackbootClient client, long? after, TextWriter error, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A daemon that never answered is an error; one that stopped answering is expected back.
        await client.GetStatusAsync(cancel);
        for (var told = false; ; told = true)
        {
            await using var events = client.WatchAsync(after, cancel).GetAsyncEnumerator(cancel);
            while (await NextAsync(events))
            {
                (after, told) = (events.Current.Id, false);
                yield return events.Current;
            }

            if (!told)
                error.WriteLine("rackboot: the daemon stopped answering; waiting for it");
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<Event> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return false; // the daemon stopped in the middle of an answer, or is not back yet
        }
    }
}
