using System.Text.Json.Serialization;

namespace Rackboot.Cloud.PhoenixNap;

internal sealed record PhoenixNapOrder
{
    public required string Hostname { get; init; }
    public string Os { get; init; } = "ipxe";
    public required string Type { get; init; }
    public required string Location { get; init; }
    public string PricingModel { get; init; } = "HOURLY";
    public bool InstallDefaultSshKeys { get; init; }
    public required PhoenixNapSystem OsConfiguration { get; init; }
}

internal sealed record PhoenixNapSystem([property: JsonPropertyName("iPXE")] PhoenixNapIpxe Ipxe);

internal sealed record PhoenixNapIpxe(string Url);

internal sealed record PhoenixNapReboot(string BootType, string? IpxeUrl);

internal sealed record PhoenixNapRelease(bool DeleteIpBlocks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PhoenixNapOrder))]
[JsonSerializable(typeof(PhoenixNapReboot))]
[JsonSerializable(typeof(PhoenixNapRelease))]
internal sealed partial class PhoenixNapRequests : JsonSerializerContext;
