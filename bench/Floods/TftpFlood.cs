using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Bench.Floods;

/// <summary>TFTP read requests (RFC 1350, 2349) with forged sources of the server's /24 and the longest timeout, so that what is sent back
/// is never acknowledged.</summary>
internal sealed class TftpFlood(IPAddress server, string file, int rate) : IFlood
{
    private const int Headers = 28; // IPv4 and UDP
    private const int FirstForged = 210;
    private const int Forged = 32;

    public async Task RunAsync(Counts counts, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.HeaderIncluded, true);
        var packet = Packet();
        await Pacing.RunAsync(rate, done =>
        {
            packet[15] = (byte)(FirstForged + done % Forged);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(20), (ushort)RandomNumberGenerator.GetInt32(1024, 65536));
            try
            {
                socket.SendTo(packet, new IPEndPoint(server, 0));
                counts.Add("requests");
            }
            catch (SocketException)
            {
                counts.Add("requests not sent");
            }
        }, cancel).ConfigureAwait(false);
    }

    // RFC 791 §3.1 (the kernel fills in length and checksum, raw(7)), RFC 768 without a checksum.
    private byte[] Packet()
    {
        byte[] request = [0, 1, .. Encoding.ASCII.GetBytes(file), 0, .. "octet\0timeout\0"u8, .. "30\0"u8, .. "tsize\0"u8, .. "0\0"u8];
        var packet = new byte[Headers + request.Length];
        packet[0] = 0x45;
        (packet[8], packet[9]) = (64, 17);
        server.GetAddressBytes().CopyTo(packet, 12);
        server.GetAddressBytes().CopyTo(packet, 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(22), 69);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(24), (ushort)(8 + request.Length));
        request.CopyTo(packet, Headers);
        return packet;
    }
}
