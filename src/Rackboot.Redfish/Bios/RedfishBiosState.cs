namespace Rackboot.Redfish;

/// <summary>A machine's BIOS settings.</summary>
/// <param name="Attributes">In force, by the vendor's names, values as text. A password shows as null.</param>
/// <param name="Pending">Staged for the next restart: only what differs from what is in force.</param>
/// <param name="Registry">The name of the registry that explains the attributes.</param>
public sealed record RedfishBiosState(
    IReadOnlyDictionary<string, string?> Attributes, IReadOnlyDictionary<string, string?> Pending, string? Registry);
