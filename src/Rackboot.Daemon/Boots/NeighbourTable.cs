using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Rackboot.Core.Machines;
using Rackboot.Core.Trust;

namespace Rackboot.Daemon.Boots;

/// <summary>The kernel's neighbour table (arp(7)). Reads one entry at a time: a rack has a thousand.</summary>
internal sealed class NeighbourTable : INeighbours, IDisposable
{
    // linux/sockios.h, net/if_arp.h: struct arpreq is two sockaddrs, flags, a third sockaddr, and the name of the interface.
    private const nuint GetEntry = 0x8954;
    private const int HardwareAddress = 16 + 2, Flags = 32, Device = 52, Bytes = 68;
    private const int MostDeviceCharacters = 15;
    private const byte Complete = 0x02;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public unsafe MacAddress? At(IPAddress address, string device)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork || device.Length > MostDeviceCharacters)
            return null;
        var entry = stackalloc byte[Bytes];
        var span = new Span<byte>(entry, Bytes);
        span.Clear();
        BitConverter.TryWriteBytes(span, (ushort)AddressFamily.InterNetwork);
        address.TryWriteBytes(span[4..], out _);
        Encoding.ASCII.GetBytes(device, span[Device..]);
        if (LinuxCalls.Control(_socket.SafeHandle, GetEntry, entry) != 0 || (span[Flags] & Complete) == 0)
            return null;
        return MacAddress.TryParse(new PhysicalAddress(span.Slice(HardwareAddress, 6).ToArray()).ToString(), out var mac)
            && mac.IsUnicast ? mac : null;
    }

    public void Dispose() => _socket.Dispose();
}
