namespace Rackboot.Core.Clouds;

/// <summary>The present or future place of a machine outside our racks.</summary>
/// <param name="Provider">Name of the <see cref="CloudProvider"/>.</param>
/// <param name="Plan">In the words of the provider's API; null for an existing server.</param>
/// <param name="Install">Whether to install Talos on <paramref name="Server"/>, which erases its disks.</param>
/// <param name="Server">The provider's id of an already rented server for this machine; null to buy one.</param>
/// <param name="Release">Whether <paramref name="Server"/> is given back with the machine.</param>
public sealed record Place(
    string Provider, string? Plan, string? Location, string? Server = null, bool Install = false, bool Release = false);
