using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Rackboot.Lab.Storm.Hall;

/// <summary>Ethernet frames as a card without an address needs them: ARP (RFC 826), and DHCP in IPv4 (RFC 791) and UDP (RFC 768).</summary>
internal static class Frame
{
    public const ushort Arp = 0x0806, Ip = 0x0800;
    public const ushort DhcpClientPort = 68, DhcpServerPort = 67;

    /// <summary>Where the DHCP message begins in a frame: after 14 bytes of Ethernet, 20 of IP and 8 of UDP.</summary>
    public const int DhcpAt = 42;

    private const int ArpBytes = 42;
    private const int HardwareAddressAt = DhcpAt + 28;

    public static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public static IPAddress Address(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>Whether it asks who has an address.</summary>
    public static bool IsArpRequest(ReadOnlySpan<byte> frame, out uint wanted)
    {
        wanted = 0;
        if (frame.Length < ArpBytes || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != Arp || frame[21] != 1)
            return false;
        wanted = BinaryPrimitives.ReadUInt32BigEndian(frame[38..]);
        return true;
    }

    /// <summary>Answers an ARP request: the address is at <paramref name="card"/>.</summary>
    public static byte[] ArpReply(ReadOnlySpan<byte> request, PhysicalAddress card)
    {
        var reply = request[..ArpBytes].ToArray();
        request.Slice(6, 6).CopyTo(reply); // back to the asker
        card.GetAddressBytes().CopyTo(reply, 6);
        reply[21] = 2;
        card.GetAddressBytes().CopyTo(reply, 22);
        request.Slice(38, 4).CopyTo(reply.AsSpan(28));
        request.Slice(22, 10).CopyTo(reply.AsSpan(32));
        return reply;
    }

    /// <summary>Writes a DHCP message of a client without an address, by broadcast.</summary>
    public static void WriteDhcp(Span<byte> frame, PhysicalAddress from, ReadOnlySpan<byte> message)
    {
        frame[..6].Fill(0xFF);
        from.GetAddressBytes().CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], Ip);
        var ip = frame[14..];
        ip[..20].Clear();
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(28 + message.Length));
        (ip[8], ip[9]) = (64, 17);
        ip.Slice(16, 4).Fill(0xFF);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip[..20]));
        var udp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, DhcpClientPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], DhcpServerPort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(8 + message.Length));
        udp.Slice(6, 2).Clear(); // no checksum
        message.CopyTo(frame[DhcpAt..]);
    }

    /// <summary>Reads a DHCP message to a client.</summary>
    /// <param name="client">Whose card it is for.</param>
    public static bool TryReadDhcp(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> message, out PhysicalAddress client)
    {
        message = default;
        client = PhysicalAddress.None;
        if (frame.Length < HardwareAddressAt + 6 || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != Ip
            || BinaryPrimitives.ReadUInt16BigEndian(frame[36..]) != DhcpClientPort)
            return false;
        message = frame[DhcpAt..];
        client = new PhysicalAddress(frame.Slice(HardwareAddressAt, 6).ToArray());
        return true;
    }

    // RFC 1071.
    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        var sum = 0u;
        for (var i = 0; i < header.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
