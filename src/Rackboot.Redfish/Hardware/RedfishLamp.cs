using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>The lamp by which a person finds the machine: <c>LocationIndicatorActive</c>, or <c>IndicatorLED</c> with older services, of
/// the system or of its chassis (ComputerSystem and Chassis schemas). A write counts only when it can be read back.</summary>
public sealed class RedfishLamp
{
    private const string Active = "LocationIndicatorActive";
    private const string Led = "IndicatorLED";

    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishLamp(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <summary>Lights the lamp until it is put out, or puts it out.</summary>
    /// <exception cref="RedfishException">
    /// <see cref="RedfishFailure.NotSupported"/>: there is none. <see cref="RedfishFailure.Refused"/>: the service refused it, or said yes
    /// and shows something else.
    /// </exception>
    public async Task SetAsync(bool lit, CancellationToken cancellation = default)
    {
        RedfishAnswer? refused = null;
        foreach (var place in await PlacesAsync(cancellation).ConfigureAwait(false))
            foreach (var (property, value) in Writes(place.Body, lit))
            {
                var body = new JsonObject { [property] = value };
                var answer = await _connection.PatchAsync(place.Path, body, place.ETag, cancellation).ConfigureAwait(false);
                if (answer.Succeeded)
                {
                    await ReadBackAsync(place.Path, property, lit, cancellation).ConfigureAwait(false);
                    return;
                }

                if (answer.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
                    throw _connection.Refusal(answer, "the identify LED");
                refused = answer;
            }

        throw refused is not null
            ? _connection.Refusal(refused, "the identify LED")
            : _connection.Error(RedfishFailure.NotSupported, "the BMC offers no identify LED over Redfish; use driver ipmi for it");
    }

    private async Task<IReadOnlyList<RedfishMember>> PlacesAsync(CancellationToken cancellation)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var places = new List<RedfishMember> { system };
        foreach (var path in system.Body.Child("Links").Links("Chassis"))
            if (await _connection.FindAsync(path, cancellation).ConfigureAwait(false) is { } chassis)
                places.Add(new RedfishMember(path, chassis.Body, chassis.ETag));
        return places;
    }

    private static IEnumerable<(string Property, JsonNode Value)> Writes(JsonElement resource, bool lit)
    {
        if (resource.Has(Active))
            yield return (Active, JsonValue.Create(lit));
        if (!resource.Has(Led))
            yield break;
        var allowed = resource.Texts(Led + "@Redfish.AllowableValues");
        foreach (var word in lit ? new[] { "Blinking", "Lit" } : ["Off"])
            if (allowed.Count == 0 || allowed.Contains(word))
                yield return (Led, JsonValue.Create(word));
    }

    private Task<JsonElement> ReadBackAsync(string path, string property, bool lit, CancellationToken cancellation) =>
        _connection.UntilShownAsync(
        async () => (await _connection.GetAsync(path, cancellation).ConfigureAwait(false)).Body,
        body => property == Active ? body.Flag(Active) == lit : body.Text(Led) is { } led && led != "Off" == lit,
        body => $"the identify LED is {body.Text(property) ?? "not reported"}, not {(lit ? "lit" : "off")}; check the BMC's web page",
        cancellation);
}
