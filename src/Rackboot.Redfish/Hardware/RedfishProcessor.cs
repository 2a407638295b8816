namespace Rackboot.Redfish;

/// <summary>A processor of any type.</summary>
/// <param name="Type">CPU, GPU, FPGA, DSP, Accelerator, ...</param>
/// <param name="MaxSpeedMHz">The highest clock that it is rated for.</param>
/// <param name="MemoryMiB">Memory of its own, as GPUs have.</param>
/// <param name="SystemId">The system that lists it.</param>
/// <param name="PciePath">The PCIe device that it is, if the service says.</param>
public sealed record RedfishProcessor(
    string Path, string Id, string? Name, string? Type, string? Manufacturer, string? Model, int? Cores, int? Threads, double? MaxSpeedMHz,
    string? SerialNumber,
    string? PartNumber, string? FirmwareVersion, long? MemoryMiB, string? Health, string SystemId, string? PciePath);
