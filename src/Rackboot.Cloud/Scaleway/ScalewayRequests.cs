using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Scaleway;

internal sealed record ScalewayOrder(string OfferId, string ProjectId, string Name, string Description, IReadOnlyList<string> Tags);

internal sealed record ScalewayBoot(string BootType, IReadOnlyList<string>? SshKeyIds);

internal sealed record ScalewayKey(string Name, string PublicKey, string ProjectId);

internal sealed record ScalewayVisitor(string Ip);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScalewayOrder))]
[JsonSerializable(typeof(ScalewayBoot))]
[JsonSerializable(typeof(ScalewayKey))]
[JsonSerializable(typeof(ScalewayVisitor))]
internal sealed partial class ScalewayRequests : JsonSerializerContext;
