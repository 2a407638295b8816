namespace Rackboot.Redfish;

/// <summary>One entry of a log.</summary>
/// <param name="Created">Null if the BMC did not know the time.</param>
/// <param name="Severity">OK, Warning, Critical.</param>
/// <param name="Source">The type of sensor, if one is named.</param>
public sealed record RedfishLogEntry(
    string Id, DateTimeOffset? Created, string? Severity, string? Message, string? MessageId, string? Source);
