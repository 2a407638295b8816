using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Linode;

internal sealed record LinodeOrder
{
    public required string Type { get; init; }
    public required string Region { get; init; }
    public required string Image { get; init; }
    public required string RootPass { get; init; }
    public required string Label { get; init; }

    /// <summary>Its kernel has to be set first.</summary>
    public bool Booted { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

internal sealed record LinodeImage(string Label, string Region, string Description = "Talos, uploaded by rackboot");

internal sealed record LinodeConfig(string Kernel);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LinodeOrder))]
[JsonSerializable(typeof(LinodeImage))]
[JsonSerializable(typeof(LinodeConfig))]
internal sealed partial class LinodeRequests : JsonSerializerContext;
