using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Rackboot.Dhcp;

/// <summary>A UDP port on one interface, with a packet socket beside it for clients that have no address yet.</summary>
internal sealed class InterfaceSocket : IReplyPort, IDisposable
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const int SoReceiveBufferForce = 33;
    private const int MostUnreadBytes = 4 * 1024 * 1024;

    private readonly Socket _udp;
    private readonly Socket? _packet;
    private readonly Interface _interface;
    private readonly int _port;
    private readonly IDhcpObserver _observer;
    private readonly SocketAddress _source = new IPEndPoint(IPAddress.Any, 0).Serialize();
    private ushort _identification;

    public InterfaceSocket(Interface on, int port, IDhcpObserver observer)
    {
        (_interface, _port, _observer) = (on, port, observer);
        _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _udp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _udp.SetRawSocketOption(SolSocket, SoBindToDevice, System.Text.Encoding.ASCII.GetBytes(on.Name + '\0'));
            _udp.EnableBroadcast = true;
            EnlargeBuffer();
            _udp.Bind(new IPEndPoint(IPAddress.Any, port));
            if (on.HardwareAddress.Length == 6)
                _packet = new Socket(AddressFamily.Packet, SocketType.Dgram, 0);
        }
        catch (SocketException e)
        {
            Dispose();
            throw new IOException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"another program uses UDP port {port} on {on.Name}; find it with: ss -lunp sport = :{port}"
                    : $"cannot open UDP port {port} on {on.Name}: {e.Message}", e);
        }
    }

    /// <summary>Waits for a packet.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="SocketException">The socket was closed, or the network is in trouble.</exception>
    public int Receive(Span<byte> buffer, out IPEndPoint source)
    {
        var length = _udp.ReceiveFrom(buffer, SocketFlags.None, _source);
        source = new IPEndPoint(
            new IPAddress(_source.Buffer.Span.Slice(4, 4)),
            BinaryPrimitives.ReadUInt16BigEndian(_source.Buffer.Span[2..]));
        return length;
    }

    /// <summary>Whether a packet waits.</summary>
    public bool HasMore
    {
        get
        {
            try
            {
                return _udp.Available > 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public void Send(DhcpReply reply)
    {
        try
        {
            Put(reply);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _observer.Dropped(
                reply.Destination, $"an answer could not be sent ({(e as SocketException)?.SocketErrorCode.ToString() ?? "closed"})");
            return;
        }

        _observer.Answered(reply.Client, reply.Type, reply.Address, reply.BootFile);
    }

    public void Dispose()
    {
        _udp.Dispose();
        _packet?.Dispose();
    }

    private void Put(DhcpReply reply)
    {
        if (reply.HardwareAddress.IsEmpty || _packet is null)
        {
            var destination = reply.HardwareAddress.IsEmpty
                ? reply.Destination
                : new IPEndPoint(IPAddress.Broadcast, reply.Destination.Port);
            _udp.SendTo(reply.Packet.Span, SocketFlags.None, destination);
            return;
        }

        Span<byte> frame = stackalloc byte[IpHeaders.Length + reply.Packet.Length];
        IpHeaders.Write(frame, new IPEndPoint(reply.Client.ServerAddress, _port), reply.Destination, ++_identification);
        reply.Packet.Span.CopyTo(frame[IpHeaders.Length..]);
        _packet.SendTo(frame, SocketFlags.None, new PacketAddress(_interface.Index, PacketAddress.EtherTypeIp, reply.HardwareAddress));
    }

    // When a whole rack powers on, its questions wait here and are not lost. Past the system's limit (net.core.rmem_max) only root may go.
    private void EnlargeBuffer()
    {
        try
        {
            Span<byte> size = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(size, MostUnreadBytes);
            _udp.SetRawSocketOption(SolSocket, SoReceiveBufferForce, size);
        }
        catch (SocketException)
        {
            _udp.ReceiveBufferSize = MostUnreadBytes;
        }
    }
}
