using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Latitude;

internal sealed record LatitudeOrder(LatitudeData<LatitudeServer> Data);

internal sealed record LatitudeAction(LatitudeData<LatitudePower> Data);

internal sealed record LatitudeReinstall(LatitudeData<LatitudeInstall> Data);

/// <summary>JSON:API's wrapping.</summary>
internal sealed record LatitudeData<T>(string Type, T Attributes);

internal sealed record LatitudePower(string Action);

internal sealed record LatitudeInstall(string OperatingSystem, string Hostname, string Ipxe);

internal sealed record LatitudeServer
{
    public required string Project { get; init; }
    public required string Plan { get; init; }
    public required string Site { get; init; }
    public required string OperatingSystem { get; init; }
    public required string Hostname { get; init; }
    public required string Ipxe { get; init; }

    /// <summary>Left out it is monthly, paid in advance.</summary>
    public string Billing { get; init; } = "hourly";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LatitudeOrder))]
[JsonSerializable(typeof(LatitudeAction))]
[JsonSerializable(typeof(LatitudeReinstall))]
internal sealed partial class LatitudeRequests : JsonSerializerContext;
