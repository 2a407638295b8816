namespace Rackboot.Core.Power.Reports;

/// <summary>A sensor as it reads now.</summary>
/// <param name="Value">Null for one that shows states, or nothing now.</param>
/// <param name="Unit"><c>°C</c>, <c>RPM</c>, <c>V</c>, <c>W</c>, …</param>
/// <param name="State">Its states in words; null if there are none.</param>
public sealed record BmcSensor(string Name, double? Value, string? Unit, BmcSeverity Health, string? State);
