namespace Rackboot.Redfish;

/// <summary>One piece of firmware.</summary>
/// <param name="Path">What to name as the target of an update.</param>
/// <param name="Version">As the vendor writes it.</param>
public sealed record RedfishFirmwareItem(
    string Path, string Id, string? Name, string? Version, bool? Updateable, string? SoftwareId, string? Health);
