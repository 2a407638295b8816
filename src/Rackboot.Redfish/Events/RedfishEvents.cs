using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Events of the service as they happen, over server-sent events (DSP0266, "Server-sent events") where it offers them.</summary>
public sealed class RedfishEvents
{
    private const int LargestEvent = 1 << 20;

    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishEvents(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <summary>Whether the service offers a stream of events.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<bool> IsOfferedAsync(CancellationToken cancellation = default) =>
        await StreamPathAsync(cancellation).ConfigureAwait(false) is not null;

    /// <summary>Follows the events until cancelled, or until the service ends the stream. What is not JSON is passed over.</summary>
    /// <exception cref="RedfishException">Not offered (<see cref="RedfishFailure.NotSupported"/>), refused, or broken off.</exception>
    public async IAsyncEnumerable<RedfishEvent> FollowAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var path = await StreamPathAsync(cancellation).ConfigureAwait(false)
            ?? throw _connection.Error(RedfishFailure.NotSupported, "the BMC offers no event stream (SSE); poll its log instead");
        using var response = await _connection.OpenStreamAsync(path, cancellation).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            throw _connection.Refusal(new RedfishAnswer(response.StatusCode, default, null, null, null, null), $"GET {path}");
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var events = EventLines.ReadAsync(stream, LargestEvent, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(events).ConfigureAwait(false))
            foreach (var found in Parse(events.Current))
                yield return found;
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<byte[]> events)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or InvalidDataException)
        {
            throw _connection.Error(RedfishFailure.BadAnswer, "the event stream was interrupted; open it again", e);
        }
    }

    private List<RedfishEvent> Parse(byte[] data)
    {
        try
        {
            var envelope = WellFormedJson.Parse(data, _connection.Options.MaxAnswerDepth);
            return [.. envelope.Items("Events").Select(e => new RedfishEvent(
                e.Text("EventId") ?? e.Text("MemberId") ?? envelope.Text("Id"), e.Text("EventType"), e.Time("EventTimestamp"),
                e.Text("Severity") ?? e.Text("MessageSeverity"), e.Text("Message"), e.Text("MessageId"), e.Link("OriginOfCondition")))];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    // Read with a session: the stream is then opened with it.
    private async Task<string?> StreamPathAsync(CancellationToken cancellation) =>
        (await _places.ServiceAsync("EventService", cancellation).ConfigureAwait(false))?.Body.Text("ServerSentEventUri");
}
