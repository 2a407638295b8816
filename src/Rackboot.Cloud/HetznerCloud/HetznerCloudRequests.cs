using System.Text.Json.Serialization;

namespace Rackboot.Cloud.HetznerCloud;

internal sealed record HetznerCloudOrder
{
    public required string Name { get; init; }
    public required string ServerType { get; init; }
    public required string Location { get; init; }
    public required string Image { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

internal sealed record HetznerCloudRebuild(string Image);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HetznerCloudOrder))]
[JsonSerializable(typeof(HetznerCloudRebuild))]
internal sealed partial class HetznerCloudRequests : JsonSerializerContext;
