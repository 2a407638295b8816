using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

internal sealed record SimulatedAnswer(HttpStatusCode Status, JsonNode? Body, string? Header = null)
{
    public static SimulatedAnswer Ok(JsonNode? body) => new(HttpStatusCode.OK, body);

    public static SimulatedAnswer Created(JsonNode? body) => new(HttpStatusCode.Created, body);

    public static SimulatedAnswer Accepted(JsonNode? body = null) => new(HttpStatusCode.Accepted, body);

    public static SimulatedAnswer Empty { get; } = new(HttpStatusCode.NoContent, null);

    public static SimulatedAnswer NotFound { get; } = new(HttpStatusCode.NotFound, new JsonObject { ["message"] = "not found" });
}
