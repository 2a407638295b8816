namespace Rackboot.Redfish;

/// <summary>One sensor's reading.</summary>
/// <param name="Value">Null if the sensor shows none at the moment, as when the machine is off.</param>
/// <param name="Unit">Cel, RPM, %, V, A, W, or what the service writes.</param>
/// <param name="Health">OK, Warning, Critical; null if the service does not say.</param>
/// <param name="LowerCritical">Below it something breaks.</param>
/// <param name="UpperCritical">Above it something breaks.</param>
/// <param name="ChassisId">The chassis that it belongs to.</param>
public sealed record RedfishSensorReading(
    string Name, RedfishSensorKind Kind, double? Value, string? Unit, string? Health, double? LowerCritical, double? UpperCritical,
    string ChassisId);
