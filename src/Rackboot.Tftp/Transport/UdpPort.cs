using System.Net;
using System.Net.Sockets;
using System.Text;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Tftp.Transport;

/// <summary>A UDP port of the server, for any number of clients. It belongs to one loop.</summary>
internal sealed class UdpPort : IDisposable
{
    private const int ReceiveBytes = 2 << 20;
    private const int SendBytes = 4 << 20;
    private const int DiscardPort = 9;

    private static readonly byte[] On = BitConverter.GetBytes(1);

    private UdpPort(Socket socket, string? device, Door door, bool isListening) =>
        (Socket, First, Door, IsListening) = (socket, Twin(socket, device), door, isListening);

    public Socket Socket { get; }

    /// <summary>The same port, sending to clients that have acknowledged nothing yet. Packets for a forged address wait for ARP and fill
    /// the send buffer of their socket for seconds: it must not be the one that transfers under way need.</summary>
    public Socket First { get; }

    /// <summary>Transfers that have more to send when there is room in the send buffer.</summary>
    public Queue<TransferSession> Waiting { get; } = new();

    public Door Door { get; }

    /// <summary>Clients ask here. At a port of transfers nothing is asked.</summary>
    public bool IsListening { get; }

    /// <summary>Opens the port <paramref name="endpoint"/> for the first of the loops that share it, or of its own (port 0).</summary>
    public static UdpPort Open(string? device, IPEndPoint endpoint, Door door, bool isListening)
    {
        var socket = Unbound(device);
        try
        {
            // Alone at first, so that a port in use is refused; on an interface as other servers have it, which are there
            // too.
            if (device is not null && isListening)
                socket.SetRawSocketOption(SolSocket, ReuseAddress, On);
            socket.Bind(endpoint);
            socket.SetRawSocketOption(SolSocket, ReuseAddress, On);
            if (isListening)
                socket.SetRawSocketOption(SolSocket, ReusePort, On);
            return new UdpPort(socket, device, door, isListening);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens the port of <paramref name="other"/> for one more loop: Linux gives each client to one of them, and always to the
    /// same.</summary>
    public static UdpPort Share(UdpPort other, string? device, Door door)
    {
        var socket = Unbound(device);
        try
        {
            socket.SetRawSocketOption(SolSocket, ReuseAddress, On);
            socket.SetRawSocketOption(SolSocket, ReusePort, On);
            socket.Bind(other.Socket.LocalEndPoint!);
            return new UdpPort(socket, device, door, isListening: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Socket.Dispose();
    }

    private static Socket Unbound(string? device)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        if (device is not null)
            socket.SetRawSocketOption(SolSocket, BindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
        socket.SetRawSocketOption(SolIp, PacketInformation, On);
        Enlarge(socket, ReceiveBufferForce, size => socket.ReceiveBufferSize = size, ReceiveBytes);
        Enlarge(socket, SendBufferForce, size => socket.SendBufferSize = size, SendBytes);
        return socket;
    }

    // Without the right to force it (CAP_NET_ADMIN) as much as the host allows: net.core.rmem_max and wmem_max.
    private static void Enlarge(Socket socket, int option, Action<int> ask, int bytes)
    {
        try
        {
            socket.SetRawSocketOption(SolSocket, option, BitConverter.GetBytes(bytes));
        }
        catch (SocketException)
        {
            ask(bytes);
        }
    }

    // Connected to where nothing comes from, it receives nothing; every packet that it sends names its destination.
    private static Socket Twin(Socket socket, string? device)
    {
        var twin = Unbound(device);
        try
        {
            twin.SetRawSocketOption(SolSocket, ReuseAddress, On);
            twin.SetRawSocketOption(SolSocket, Broadcast, On);
            twin.Bind(socket.LocalEndPoint!);
            twin.Connect(new IPEndPoint(device is null ? IPAddress.Loopback : IPAddress.Broadcast, DiscardPort));
            return twin;
        }
        catch
        {
            twin.Dispose();
            throw;
        }
    }
}
