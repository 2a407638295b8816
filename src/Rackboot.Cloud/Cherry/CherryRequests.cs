using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Cherry;

internal sealed record CherryOrder
{
    public required string Plan { get; init; }
    public required string Region { get; init; }
    public required string Hostname { get; init; }
    public string? Image { get; init; }
    public required string Ipxe { get; init; }
    public bool PersistIpxe { get; init; }
    public string Cycle { get; init; } = "hourly";
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

internal sealed record CherryAction
{
    public required string Type { get; init; }
    public string? AllowedIp { get; init; }
    public string? Image { get; init; }
    public string? Hostname { get; init; }
    public string? Password { get; init; }
    public string? Ipxe { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CherryOrder))]
[JsonSerializable(typeof(CherryAction))]
internal sealed partial class CherryRequests : JsonSerializerContext;
