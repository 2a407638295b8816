namespace Rackboot.Redfish;

/// <summary>A machine's power as it is.</summary>
/// <param name="LastReset">When it was last powered or reset, if the service keeps that.</param>
/// <param name="AllowedResets">The ResetTypes that the service allows; empty if it does not say.</param>
/// <param name="Health">The worse of the system's own health and that of its parts: OK, Warning, Critical; null if it does not say.</param>
public sealed record RedfishPowerReading(
    RedfishPowerState State, DateTimeOffset? LastReset, IReadOnlyList<string> AllowedResets, string? Health);
