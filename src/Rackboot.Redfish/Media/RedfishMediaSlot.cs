namespace Rackboot.Redfish;

/// <summary>A drive that the BMC shows to the machine, with or without an image in it.</summary>
/// <param name="Types">CD, DVD, Floppy, USBStick.</param>
/// <param name="Image">The image's URL as the service shows it; null if the slot is empty.</param>
/// <param name="IsUsable">False for slots of this vendor that take no URL.</param>
public sealed record RedfishMediaSlot(
    string Path, string Id, IReadOnlyList<string> Types, bool Inserted, string? Image, bool? WriteProtected, bool IsUsable);
