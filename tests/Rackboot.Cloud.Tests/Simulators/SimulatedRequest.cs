using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>A request as a provider sees it.</summary>
/// <param name="Path">Below the API's root, split at its slashes.</param>
internal sealed record SimulatedRequest(HttpMethod Method, Uri Url, string[] Path, IReadOnlyDictionary<string, string> Query, string Body,
    HttpRequestMessage Message)
{
    public JsonNode Json { get; } = Body.Length > 0 && Body[0] is '{' or '[' ? JsonNode.Parse(Body)! : new JsonObject();

    /// <summary><c>POST bare-metals/abc/start</c>.</summary>
    public string Line => $"{Method} {string.Join('/', Path)}";

    /// <summary>A field of a form.</summary>
    public string? Field(string name) => Body.Split('&').Select(p => p.Split('=', 2)).Where(p => Uri.UnescapeDataString(p[0]) == name)
        .Select(p => Uri.UnescapeDataString(p.ElementAtOrDefault(1) ?? "").Replace('+', ' ')).FirstOrDefault();
}
