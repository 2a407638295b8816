using System.Net;
using System.Net.Sockets;

namespace Rackboot.Dhcp.Tests.Real;

/// <summary><c>ask DESTINATION PORT discover|request</c>: a PXE ROM's question; prints each answer that comes
/// within a second.</summary>
internal static class AskVerb
{
    public static int Run(string[] args)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            EnableBroadcast = true, ReceiveTimeout = 1000,
        };
        socket.SetRawSocketOption(1, 25, "c0\0"u8); // SOL_SOCKET, SO_BINDTODEVICE: there is no route for a broadcast
        socket.Bind(new IPEndPoint(IPAddress.Any, 68));
        var packet = new ClientPacket(args[2] == "discover" ? DhcpMessageType.Discover : DhcpMessageType.Request, ClientPacket.Mac3)
            .Broadcast().Pxe(ClientArchitecture.X64Uefi);
        socket.SendTo(packet.Build(), new IPEndPoint(IPAddress.Parse(args[0]), int.Parse(args[1])));
        var buffer = new byte[2048];
        var message = new DhcpMessage();
        try
        {
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = socket.ReceiveFrom(buffer, ref from);
                Console.WriteLine(DhcpMessage.TryParse(buffer.AsSpan(0, length), message, out var error)
                    ? $"{message.Type} from {from} yours {DhcpMessage.ToAddress(message.YourAddress)} file "
                        + $"{System.Text.Encoding.ASCII.GetString(message.File)} class "
                        + $"{System.Text.Encoding.ASCII.GetString(message.Option(DhcpOption.VendorClass))}"
                    : error);
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            return 0;
        }
    }
}
