namespace Rackboot.Core.Power.Reports;

/// <summary>An entry of a BMC's event log.</summary>
/// <param name="Time">Null if the BMC did not know the time.</param>
public sealed record BmcLogEntry(string Id, DateTimeOffset? Time, BmcSeverity Severity, string Text);
