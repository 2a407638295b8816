using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Recordings;

/// <summary>Changes answers on their way: as another version of the API may write them, or as no version should.</summary>
internal static class Mutation
{
    /// <summary>The same said differently: members that nobody knows, and numbers as texts.</summary>
    public static JsonNode? Same(JsonNode? node, Random random) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Same(m.Value, random)))
            .Append(KeyValuePair.Create("x_unknown", Unknown(random)))),
        JsonArray a => new JsonArray([.. a.Select(v => Same(v, random))]),
        JsonValue v when v.GetValueKind() == JsonValueKind.Number && random.Next(2) == 0 => JsonValue.Create(v.ToJsonString()),
        _ => node?.DeepClone(),
    };

    /// <summary>Something broken: members are gone, null, or of another kind.</summary>
    public static JsonNode? Broken(JsonNode? node, Random random, int oneIn = 12)
    {
        if (random.Next(oneIn) == 0)
            return random.Next(8) switch
            {
                0 or 1 => null,
                2 => new JsonArray(),
                3 => new JsonObject(),
                4 => JsonValue.Create("\u0000 \ud83d\ude00 -1e400"),
                5 => JsonValue.Create(true),
                6 => new JsonArray(node?.DeepClone(), null, 7),
                _ => JsonNode.Parse("-1e300"),
            };
        return node switch
        {
            JsonObject o => new JsonObject(o.Where(_ => random.Next(oneIn) > 0)
                .Select(m => KeyValuePair.Create(m.Key, Broken(m.Value, random, oneIn)))),
            JsonArray a => new JsonArray([.. a.Select(v => Broken(v, random, oneIn))]),
            _ => node?.DeepClone(),
        };
    }

    private static JsonNode? Unknown(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => JsonValue.Create("new"),
        2 => new JsonArray(1, "a"),
        _ => new JsonObject(),
    };

    /// <summary>A handler whose answers are changed.</summary>
    public static HttpMessageHandler Of(HttpMessageHandler inner, Func<JsonNode?, JsonNode?> change) => new Changing(inner, change);

    private sealed class Changing(HttpMessageHandler inner, Func<JsonNode?, JsonNode?> change) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _inner = new(inner, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await _inner.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (body.Length == 0)
                return response;
            response.Content = new StringContent(change(JsonNode.Parse(body))?.ToJsonString() ?? "null",
                MediaTypeHeaderValue.Parse("application/json"));
            return response;
        }
    }
}
