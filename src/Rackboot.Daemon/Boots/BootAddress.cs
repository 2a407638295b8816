using System.Net;

namespace Rackboot.Daemon.Boots;

/// <summary>An address of a boot interface.</summary>
/// <param name="Device">The interface's name.</param>
/// <param name="Network">The network that the address puts the interface on.</param>
internal sealed record BootAddress(string Device, IPAddress Address, IPNetwork Network);
