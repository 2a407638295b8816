namespace Rackboot.Redfish;

/// <summary>A PCIe device.</summary>
/// <param name="Classes">DeviceClass of its functions: NetworkController, DisplayController, ProcessingAccelerators, ...; empty if they
/// were not read.</param>
/// <param name="VendorIds">PCI vendor ids of its functions, as 0x10de.</param>
public sealed record RedfishPcieDevice(
    string Path, string Id, string? Name, string? Manufacturer, string? Model, string? SerialNumber, string? PartNumber,
    string? FirmwareVersion,
    IReadOnlyList<string> Classes, IReadOnlyList<string> VendorIds, string? Health);
