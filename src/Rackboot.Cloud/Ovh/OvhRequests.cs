using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Ovh;

internal sealed record OvhServer(string BootScript);

internal sealed record OvhTermination(string Token);

/// <param name="Ttl">Minutes: 1, 3, 5, 10 or 15 (dedicated.server.CacheTTLEnum).</param>
internal sealed record OvhConsole(string Type, string? IpToAllow, int Ttl = 15);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OvhServer))]
[JsonSerializable(typeof(OvhTermination))]
[JsonSerializable(typeof(OvhConsole))]
internal sealed partial class OvhRequests : JsonSerializerContext;
