namespace Rackboot.Redfish;

/// <summary>A drive.</summary>
/// <param name="MediaType">SSD or HDD.</param>
/// <param name="Protocol">NVMe, SAS, SATA, ...</param>
/// <param name="LifeLeftPercent">What is left of an SSD's writes.</param>
/// <param name="StorageId">The controller that lists it.</param>
public sealed record RedfishDrive(
    string Path, string Id, string? Name, string? Manufacturer, string? Model, string? SerialNumber, long? CapacityBytes,
    string? MediaType, string? Protocol,
    double? LifeLeftPercent, bool? FailurePredicted, string? Revision, string? Health, string StorageId);
