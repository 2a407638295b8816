namespace Rackboot.Redfish;

/// <summary>How a machine feels.</summary>
/// <param name="PowerConsumedWatts">What the whole draws; null if the service does not say.</param>
public sealed record RedfishSensorReport(IReadOnlyList<RedfishSensorReading> Sensors, double? PowerConsumedWatts);
