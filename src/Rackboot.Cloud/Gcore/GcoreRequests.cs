using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Gcore;

internal sealed record GcoreOrder
{
    public required string Name { get; init; }
    public required string Flavor { get; init; }
    public required string ImageId { get; init; }
    public IReadOnlyList<GcoreInterface> Interfaces { get; init; } = [new("external")];
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

internal sealed record GcoreInterface(string Type);

internal sealed record GcoreImage(string Name, string Url, bool IsBaremetal = true, string HwFirmwareType = "uefi",
    string OsType = "linux", string SshKey = "allow");

internal sealed record GcoreAction(string Action);

internal sealed record GcoreRebuild(string ImageId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GcoreOrder))]
[JsonSerializable(typeof(GcoreImage))]
[JsonSerializable(typeof(GcoreAction))]
[JsonSerializable(typeof(GcoreRebuild))]
internal sealed partial class GcoreRequests : JsonSerializerContext;
