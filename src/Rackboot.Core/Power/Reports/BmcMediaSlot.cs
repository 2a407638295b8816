namespace Rackboot.Core.Power.Reports;

/// <summary>A slot for virtual media.</summary>
/// <param name="Image">The URL in it; null if it is empty.</param>
public sealed record BmcMediaSlot(string Id, string Types, bool Inserted, string? Image);
