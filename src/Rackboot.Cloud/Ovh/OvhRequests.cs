using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Ovh;

internal sealed record OvhServer(string BootScript);

internal sealed record OvhTermination(string Token);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OvhServer))]
[JsonSerializable(typeof(OvhTermination))]
internal sealed partial class OvhRequests : JsonSerializerContext;
