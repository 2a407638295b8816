using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>The TFTP client of imitated firmware.</summary>
internal static class TftpPeer
{
    private const int Acknowledgement = 4, Error = 5;

    /// <summary>Asks for a file and acknowledges what comes.</summary>
    /// <param name="blocks">Falls silent after so many blocks; null takes the whole file, -1 not even acknowledges the options.</param>
    public static async Task ReadAsync(IPEndPoint server, string from, string file, int? blocks, int blockBytes)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        var request = Encoding.ASCII.GetBytes($"\0\u0001{file}\0octet\0tsize\00\0blksize\0{blockBytes}\0");
        await socket.SendToAsync(request, server);
        var buffer = new byte[65_536];
        for (var taken = 0; ;)
        {
            var answer = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
            var opcode = buffer[1];
            if (opcode == Error || blocks is { } most && taken >= most + 1)
                return;
            var number = opcode == 3 ? BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(2)) : (ushort)0;
            if (blocks is -1)
                return;
            taken++;
            await socket.SendToAsync(new byte[] { 0, Acknowledgement, (byte)(number >> 8), (byte)number }, answer.RemoteEndPoint);
            if (opcode == 3 && answer.ReceivedBytes < blockBytes + 4)
                return;
        }
    }

    /// <summary>Asks for a file and gives up at once, as firmware does that wants to know the size.</summary>
    public static async Task ProbeAsync(IPEndPoint server, string from, string file)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.SendToAsync(Encoding.ASCII.GetBytes($"\0\u0001{file}\0octet\0tsize\00\0"), server);
        var buffer = new byte[2048];
        var answer = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
        await socket.SendToAsync(new byte[] { 0, Error, 0, 8, 0 }, answer.RemoteEndPoint);
    }
}
