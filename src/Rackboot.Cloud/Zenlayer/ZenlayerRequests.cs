using System.Text.Json.Serialization;

namespace Rackboot.Cloud.Zenlayer;

internal sealed record ZenlayerPage(int PageNum, int PageSize, IReadOnlyList<string>? InstanceIds = null,
    string? InstanceChargeType = null);

internal sealed record ZenlayerServers(IReadOnlyList<string> InstanceIds);

internal sealed record ZenlayerServer(string InstanceId);

internal sealed record ZenlayerReinstall(string InstanceId, string IpxeUrl, string Password);

internal sealed record ZenlayerInquiry
{
    public required string ZoneId { get; init; }
    public required string InstanceTypeId { get; init; }
    public string InstanceChargeType { get; init; } = "POSTPAID";
    public string InternetChargeType { get; init; } = "ByBandwidth";
    public required int InternetMaxBandwidthOut { get; init; }
}

internal sealed record ZenlayerOrder
{
    public required string ZoneId { get; init; }
    public required string InstanceTypeId { get; init; }
    public string InstanceChargeType { get; init; } = "POSTPAID";
    public required string IpxeUrl { get; init; }
    public required string Hostname { get; init; }
    public required string InstanceName { get; init; }
    public int Amount { get; init; } = 1;
    public required string Password { get; init; }
    public string InternetChargeType { get; init; } = "ByBandwidth";
    public required int InternetMaxBandwidthOut { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ZenlayerPage))]
[JsonSerializable(typeof(ZenlayerServers))]
[JsonSerializable(typeof(ZenlayerServer))]
[JsonSerializable(typeof(ZenlayerReinstall))]
[JsonSerializable(typeof(ZenlayerInquiry))]
[JsonSerializable(typeof(ZenlayerOrder))]
internal sealed partial class ZenlayerRequests : JsonSerializerContext;
