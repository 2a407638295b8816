using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Rackboot.Dhcp;

/// <summary>A link-layer address for packet sockets: <c>struct sockaddr_ll</c> (packet(7)).</summary>
internal sealed class PacketAddress(int interfaceIndex, ushort etherType, ReadOnlyMemory<byte> hardwareAddress) : EndPoint
{
    public const ushort EtherTypeIp = 0x0800;
    public const ushort EtherTypeArp = 0x0806;

    private const int Size = 20;

    public override AddressFamily AddressFamily => AddressFamily.Packet;

    /// <summary>The protocol number of a packet socket, which the kernel wants in network order.</summary>
    public static ProtocolType Protocol(ushort etherType) => (ProtocolType)BinaryPrimitives.ReverseEndianness(etherType);

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Packet, Size);
        BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], etherType);
        BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], interfaceIndex);
        address.Buffer.Span[11] = (byte)hardwareAddress.Length;
        hardwareAddress.Span.CopyTo(address.Buffer.Span[12..]);
        return address;
    }
}
