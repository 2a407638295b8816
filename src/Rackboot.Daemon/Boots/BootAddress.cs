using System.Net;

namespace Rackboot.Daemon.Boots;

/// <summary>An address of a boot interface.</summary>
/// <param name="Device">The interface's name.</param>
/// <param name="Index">The interface's number: one that is made anew under the same name has another, and sockets of the old one hear
/// nothing any more.</param>
/// <param name="Network">The network that the address puts the interface on.</param>
internal sealed record BootAddress(string Device, int Index, IPAddress Address, IPNetwork Network)
{
    public override string ToString() => $"{Address}/{Network.PrefixLength}";
}
