using System.Text.Json.Serialization;

namespace Rackboot.Cloud.I3d;

internal sealed record I3dOrder
{
    public required string Name { get; init; }
    public required string Location { get; init; }
    public required string InstanceType { get; init; }
    public required I3dSystem Os { get; init; }
    public required IReadOnlyList<string> SshKey { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

internal sealed record I3dSystem(string Slug, string IpxeScriptUrl);

internal sealed record I3dReinstall(string Name, I3dSystem Os);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(I3dOrder))]
[JsonSerializable(typeof(I3dReinstall))]
internal sealed partial class I3dRequests : JsonSerializerContext;
