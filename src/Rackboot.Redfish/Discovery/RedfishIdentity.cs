namespace Rackboot.Redfish;

/// <summary>Which machine this is. What the service leaves out is null.</summary>
/// <param name="SystemId">The Id of the ComputerSystem that is meant.</param>
/// <param name="Uuid">As the service writes it: byte order and sense differ by vendor.</param>
/// <param name="SerialNumber">Of the system. Dell's service tag is <paramref name="Sku"/>.</param>
/// <param name="MacAddresses">Of the host's network ports, lower case with colons, in the service's order, each once.</param>
/// <param name="ManagerModel">The BMC.</param>
/// <param name="ManagerFirmware">The BMC's firmware version.</param>
public sealed record RedfishIdentity(
    string SystemId, string? Uuid, string? SerialNumber, string? Manufacturer, string? Model, string? Sku, string? PartNumber,
    string? HostName,
    string? BiosVersion, IReadOnlyList<string> MacAddresses, string? ManagerModel, string? ManagerFirmware);
