namespace Rackboot.Core.Power.Reports;

/// <summary>A name and its value: <c>machine serial number: XYZ</c>.</summary>
/// <param name="Part">What it is a fact of: <c>machine</c>, <c>bmc</c>, <c>board</c>.</param>
public sealed record BmcFact(string Part, string Name, string Value);
