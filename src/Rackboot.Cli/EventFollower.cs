using System.Runtime.CompilerServices;
using Rackboot.Contracts;

namespace Rackboot.Cli;

/// <summary>Follows events, and goes on after the last one when the daemon is restarted.</summary>
internal static class EventFollower
{
    /// <summary>Every event after <paramref name="after"/> (null: from now on), until cancelled.</summary>
    /// <param name="error">Is told when the daemon goes away.</param>
    public static async IAsyncEnumerable<Event> FollowAsync(
        RackbootClient client, long? after, TextWriter error, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A daemon that was never there is a mistake; one that went away comes back.
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
                error.WriteLine("rackboot: the daemon went away; waiting for it");
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
            return false; // it ended in the middle of an answer, or is not back yet
        }
    }
}
