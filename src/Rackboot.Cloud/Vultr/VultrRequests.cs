using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Vultr;

internal sealed record VultrScript(string Name, string Type, string Script);

internal sealed record VultrServerOrder
{
    public required string Region { get; init; }
    public required string Plan { get; init; }
    public int? OsId { get; init; }
    public string? ScriptId { get; init; }
    public string? Label { get; init; }
    public string? Hostname { get; init; }
    public bool EnableIpv6 { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VultrScript))]
[JsonSerializable(typeof(VultrServerOrder))]
internal sealed partial class VultrRequests : JsonSerializerContext;
