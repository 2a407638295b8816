using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Ovh;

internal sealed record OvhServer(string BootScript);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OvhServer))]
internal sealed partial class OvhRequests : JsonSerializerContext;
