namespace Rackboot.Redfish;

/// <summary>A machine's power as it is.</summary>
/// <param name="LastReset">When it was last powered or reset, if the service keeps that.</param>
/// <param name="AllowedResets">The ResetTypes that the service allows; empty if it does not say.</param>
/// <param name="Health">The system's own health: OK, Warning, Critical; null if it does not say.</param>
public sealed record RedfishPowerReading(RedfishPowerState State, DateTimeOffset? LastReset, IReadOnlyList<string> AllowedResets, string? Health);
