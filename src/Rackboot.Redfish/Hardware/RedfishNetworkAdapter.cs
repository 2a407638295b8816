namespace Rackboot.Redfish;

/// <summary>A network card.</summary>
/// <param name="MacAddresses">Of its functions, lower case with colons.</param>
public sealed record RedfishNetworkAdapter(
    string Path, string Id, string? Name, string? Manufacturer, string? Model, string? SerialNumber, string? PartNumber,
    string? FirmwareVersion,
    IReadOnlyList<string> MacAddresses, string? Health);
