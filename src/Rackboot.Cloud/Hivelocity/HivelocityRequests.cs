using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Hivelocity;

internal sealed record HivelocityOrder
{
    public required int ProductId { get; init; }
    public required string LocationName { get; init; }
    public required string OsName { get; init; }
    public required string Hostname { get; init; }
    public string Period { get; init; } = "hourly";
    public IReadOnlyList<string>? Tags { get; init; }

    [JsonPropertyName("customIPXEScriptContents")]
    public string? Script { get; init; }

    [JsonPropertyName("customIPXEScriptURL")]
    public string? ScriptUrl { get; init; }
}

internal sealed record HivelocityReload
{
    public required string OsName { get; init; }
    public required string Hostname { get; init; }
    public bool ForceReload { get; init; } = true;

    [JsonPropertyName("customIPXEScriptContents")]
    public string? Script { get; init; }

    [JsonPropertyName("customIPXEScriptURL")]
    public string? ScriptUrl { get; init; }
}

internal sealed record HivelocityVisitor(string CustIp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HivelocityOrder))]
[JsonSerializable(typeof(HivelocityReload))]
[JsonSerializable(typeof(HivelocityVisitor))]
internal sealed partial class HivelocityRequests : JsonSerializerContext;
