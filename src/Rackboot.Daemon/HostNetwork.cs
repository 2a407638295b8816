using System.Net;
using System.Net.Sockets;

namespace Rackboot.Daemon;

/// <summary>The addresses that count as one host's when requests are counted.</summary>
internal static class HostNetwork
{
    /// <summary>An IPv4 address itself, mapped to IPv6 or not; of an IPv6 address its /64, because one host has all of it.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
