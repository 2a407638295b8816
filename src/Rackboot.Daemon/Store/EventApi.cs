using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core.Events;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Store;

/// <summary>Events, as they happen.</summary>
internal sealed class EventApi(EventLog events)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapGet(ApiPaths.Events, (HttpContext http, long? after) =>
            {
                if (after is null && long.TryParse(http.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var last))
                    after = last;
                return Results.ServerSentEvents(Follow(http, after, MachineScope.Of(http), http.RequestAborted));
            })
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("Stream events as server-sent events").WithTags("events")
            .Produces<Event>(contentType: "text/event-stream");

    private async IAsyncEnumerable<SseItem<string>> Follow(
        HttpContext http, long? after, MachineScope scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        // The client learns at once that it follows, even if no event comes for hours.
        await http.Response.Body.FlushAsync(cancel);
        await foreach (var e in events.FollowAsync(after, cancel))
        {
            if (!scope.Includes(e.Machine))
                continue;
            var document = new Event(e.Id, e.Time, e.Kind, e.Level.ToString().ToLowerInvariant(), e.Machine, e.Boot, e.Text);
            yield return new SseItem<string>(JsonSerializer.Serialize(document, Document.Json), e.Kind)
            {
                EventId = e.Id.ToString(CultureInfo.InvariantCulture),
            };
        }
    }
}
