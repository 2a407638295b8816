namespace Rackboot.Redfish;

/// <summary>A network interface of the host as the BMC knows it.</summary>
/// <param name="LinkUp">Null if the service does not say.</param>
public sealed record RedfishEthernetPort(
    string Path, string Id, string? Name, string? MacAddress, bool? LinkUp, double? SpeedMbps, string? Health);
