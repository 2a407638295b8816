namespace Rackboot.Core.Power.Firmware;

/// <summary>Firmware that a BMC is to install.</summary>
/// <param name="Name">The file's name, for people and for the BMC.</param>
/// <param name="Url">Where the BMC fetches it; null: it was sent here.</param>
/// <param name="File">Which of the <see cref="FirmwareFiles"/> it is.</param>
public sealed record FirmwareSource(string Name, Uri? Url, string? File = null);
