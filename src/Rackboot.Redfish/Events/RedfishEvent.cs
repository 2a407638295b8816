namespace Rackboot.Redfish;

/// <summary>Something that happened, as the service tells it. Services leave out what they like.</summary>
/// <param name="Origin">The path of the resource that it is about.</param>
public sealed record RedfishEvent(
    string? Id, string? Type, DateTimeOffset? Time, string? Severity, string? Message, string? MessageId, string? Origin);
