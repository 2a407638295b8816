namespace Rackboot.Redfish;

/// <summary>A log of the service.</summary>
/// <param name="Kind">SEL, Event, Multiple, OEM; null if the service does not say.</param>
/// <param name="IsEventLog">Whether it is the one that takes the place of IPMI's system event log.</param>
public sealed record RedfishLog(string Path, string Id, string? Name, string? Kind, bool CanClear, bool IsEventLog);
