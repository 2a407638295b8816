namespace Rackboot.Core.Power.Firmware;

/// <summary>Firmware on its way to a BMC: either an address that the operator gave, or a file here.</summary>
/// <param name="Url">Where the BMC fetches it.</param>
/// <param name="Path">The file to send to it; null with <paramref name="Url"/> alone.</param>
public sealed record FirmwareImage(string Name, Uri Url, string? Path);
