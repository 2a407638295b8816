namespace Rackboot.Redfish;

/// <summary>A GPU or another accelerator.</summary>
/// <param name="Kind">GPU, FPGA, DSP, Accelerator; or the class of a PCIe device that the service lists as nothing else.</param>
/// <param name="Health">OK, Warning, Critical; null if the service does not say.</param>
public sealed record RedfishAccelerator(
    string Path, string? Name, string Kind, string? Manufacturer, string? Model, string? SerialNumber, string? FirmwareVersion,
    long? MemoryMiB, string? Health);
