using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Rackboot.Linux;

namespace Rackboot.Dhcp;

/// <summary>A link-layer address for packet sockets: <c>struct sockaddr_ll</c> (packet(7)).</summary>
internal sealed class PacketAddress(int interfaceIndex, ushort etherType, ReadOnlyMemory<byte> hardwareAddress) : EndPoint
{
    public const ushort EtherTypeIp = 0x0800;
    public const ushort EtherTypeArp = 0x0806;

    private const int Size = 20, LengthAt = 11, AddressAt = 12;

    public override AddressFamily AddressFamily => AddressFamily.Packet;

    /// <summary>The protocol number of a packet socket, which the kernel wants in network order.</summary>
    public static ProtocolType Protocol(ushort etherType) => (ProtocolType)BinaryPrimitives.ReverseEndianness(etherType);

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Packet, Size);
        BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], etherType);
        BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], interfaceIndex);
        address.Buffer.Span[LengthAt] = (byte)hardwareAddress.Length;
        hardwareAddress.Span.CopyTo(address.Buffer.Span[AddressAt..]);
        return address;
    }

    /// <summary>Reads the hardware address that the interface of a bound packet socket has now: one call, which Linux answers from memory.
    /// </summary>
    /// <returns>False where the interface is gone, or its address has another length than <paramref name="address"/>.</returns>
    public static unsafe bool TryReadInterface(Socket socket, Span<byte> address)
    {
        var name = stackalloc byte[Size];
        var length = Size;
        if (LinuxCalls.SocketName(socket.SafeHandle, name, ref length) != 0 || name[LengthAt] != address.Length)
            return false;
        new ReadOnlySpan<byte>(name + AddressAt, address.Length).CopyTo(address);
        return true;
    }
}
