using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Bench.Floods;

/// <summary>DHCP from ever new hardware addresses (RFC 2131): DISCOVERs of PXE firmware that is never heard of again, or
/// (<paramref name="requests"/>) followed by the REQUEST of an address of the server's subnet.</summary>
internal sealed class DhcpFlood(IPAddress server, string card, int rate, bool requests) : IFlood
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const uint MagicCookie = 0x63825363;

    public async Task RunAsync(Counts counts, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(card + '\0'));
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        var to = new IPEndPoint(IPAddress.Broadcast, 67);
        var own = server.GetAddressBytes();
        var (discover, request) = (Packet(1), Packet(3, [54, 4, .. own, 50, 4, .. own[..3], 150]));
        await Pacing.RunAsync(rate, _ =>
        {
            RandomNumberGenerator.Fill(discover.AsSpan(29, 5)); // chaddr after its first byte, which says that the address is local
            RandomNumberGenerator.Fill(discover.AsSpan(4, 4)); // xid
            Send(socket, discover, to, counts, "discovers");
            if (!requests)
                return;
            discover.AsSpan(4, 4).CopyTo(request.AsSpan(4));
            discover.AsSpan(28, 6).CopyTo(request.AsSpan(28));
            Send(socket, request, to, counts, "requests");
        }, cancel).ConfigureAwait(false);
    }

    private static void Send(Socket socket, byte[] packet, IPEndPoint to, Counts counts, string what)
    {
        try
        {
            socket.SendTo(packet, to);
            counts.Add(what);
        }
        catch (SocketException)
        {
            counts.Add($"{what} not sent"); // the queue of the card is full
        }
    }

    private static byte[] Packet(byte type, params byte[] more)
    {
        var header = new byte[240];
        (header[0], header[1], header[2], header[28]) = (1, 1, 6, 0x06);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(236), MagicCookie);
        return [.. header, 53, 1, type, .. more, 60, 32, .. "PXEClient:Arch:00007:UNDI:003016"u8, 93, 2, 0, 7, 255];
    }
}
