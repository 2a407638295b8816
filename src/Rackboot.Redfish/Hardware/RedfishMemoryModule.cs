namespace Rackboot.Redfish;

/// <summary>A memory module, or the memory of a GPU where the service lists that as memory.</summary>
public sealed record RedfishMemoryModule(
    string Path, string Id, string? Name, string? Slot, long? CapacityMiB, string? Type, double? SpeedMHz, string? Manufacturer,
    string? PartNumber,
    string? SerialNumber, string? Health, string SystemId);
