namespace Rackboot.Core.Power.Reports;

/// <summary>A piece of firmware and its version.</summary>
public sealed record BmcFirmware(string Id, string? Name, string? Version, bool? Updateable);
