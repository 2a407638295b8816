using System.Net;

namespace Rackboot.Daemon.Boots;

/// <summary>An address of a boot interface.</summary>
/// <param name="Device">The interface's name.</param>
/// <param name="Index">The interface's index: a recreated interface of the same name has another, and sockets of the old one receive
/// nothing.</param>
/// <param name="Network">The network of the address.</param>
internal sealed record BootAddress(string Device, int Index, IPAddress Address, IPNetwork Network)
{
    public override string ToString() => $"{Address}/{Network.PrefixLength}";
}
