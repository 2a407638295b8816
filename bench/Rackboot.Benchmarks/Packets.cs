using System.Buffers.Binary;
using Rackboot.Dhcp;

namespace Rackboot.Bench;

/// <summary>What machines send.</summary>
internal static class Packets
{
    public static byte[] Discover(int machine)
    {
        var packet = new byte[300];
        (packet[0], packet[1], packet[2]) = (1, DhcpMessage.Ethernet, 6);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), machine);
        packet[27] = 2; // giaddr 0.0.0.2
        Mac(machine).CopyTo(packet.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(236), DhcpMessage.MagicCookie);
        var at = 240;
        Add(packet, ref at, DhcpOption.MessageType, [(byte)DhcpMessageType.Discover]);
        Add(packet, ref at, DhcpOption.ClientIdentifier, [1, .. Mac(machine)]);
        Add(packet, ref at, DhcpOption.VendorClass, "PXEClient:Arch:00007"u8);
        Add(packet, ref at, DhcpOption.ClientArchitecture, [0, 7]);
        packet[at] = (byte)DhcpOption.End;
        return packet;
    }

    private static byte[] Mac(int machine) => [0x52, 0x54, 0, (byte)(machine >> 16), (byte)(machine >> 8), (byte)machine];

    private static void Add(byte[] packet, ref int at, DhcpOption option, ReadOnlySpan<byte> value)
    {
        packet[at++] = (byte)option;
        packet[at++] = (byte)value.Length;
        value.CopyTo(packet.AsSpan(at));
        at += value.Length;
    }
}
