namespace Rackboot.Core.Clouds;

/// <summary>Where a machine is, or is to be, that is in no rack of ours.</summary>
/// <param name="Provider">Name of the <see cref="CloudProvider"/>.</param>
/// <param name="Plan">As the provider's API takes it; null for a server that is there already.</param>
/// <param name="Install">Whether Talos is installed on <paramref name="Server"/>: what is on its disks is lost.</param>
/// <param name="Server">The provider's id of a server that is rented already and is to be this machine; null to buy one.</param>
/// <param name="Release">Whether <paramref name="Server"/> is given back with the machine.</param>
public sealed record Place(
    string Provider, string? Plan, string? Location, string? Server = null, bool Install = false, bool Release = false);
