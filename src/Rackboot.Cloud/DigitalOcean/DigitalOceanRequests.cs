using System.Text.Json.Serialization;

namespace Rackboot.Cloud.DigitalOcean;

internal sealed record DigitalOceanImage(string Name, string Url, string Region, string Distribution = "Unknown");

internal sealed record DigitalOceanDroplet
{
    public required string Name { get; init; }
    public required string Region { get; init; }
    public required string Size { get; init; }
    public required int Image { get; init; }
    public required IReadOnlyList<string> SshKeys { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

internal sealed record DigitalOceanAction(string Type);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DigitalOceanImage))]
[JsonSerializable(typeof(DigitalOceanDroplet))]
[JsonSerializable(typeof(DigitalOceanAction))]
internal sealed partial class DigitalOceanRequests : JsonSerializerContext;
