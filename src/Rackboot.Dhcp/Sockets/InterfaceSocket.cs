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
    private readonly Outbox _outbox = new(); // locked: answers leave when they are decided, and when their lease is stored
    private int _identification;

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

    /// <summary>Receives what has come.</summary>
    /// <returns>How many packets.</returns>
    /// <exception cref="SocketException">The network is in trouble.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    public int Receive(Inbox inbox, bool wait) => inbox.Receive(_udp, wait);

    // Observers are told before anything leaves: what a client does with its answer must not be heard of before the answer. A thread that
    // was held up after an ACK told of it when the machine had its kernel already, and that looked like another boot.
    public void Send(IReadOnlyList<DhcpReply> replies)
    {
        foreach (var reply in replies)
            _observer.Answered(reply.Client, reply.Type, reply.Address, reply.BootFile);
        for (var first = 0; first < replies.Count;)
        {
            var (end, trouble) = SendSome(replies, first);
            for (; first < end; first++)
                if (trouble is not null)
                    _observer.Dropped(replies[first].Destination, $"an answer could not be sent ({trouble})");
        }
    }

    public void Dispose()
    {
        _udp.Dispose();
        _packet?.Dispose();
    }

    // As many as go in one call; what goes into a client's hands goes by itself.
    private (int End, string? Trouble) SendSome(IReadOnlyList<DhcpReply> replies, int first)
    {
        var end = first;
        try
        {
            lock (_outbox)
            {
                for (; end < replies.Count && !_outbox.IsFull && !GoesByHardware(replies[end]); end++)
                    _outbox.Add(replies[end].Packet.Span, Destination(replies[end]));
                if (end > first)
                    return (end, _outbox.Flush(_udp));
            }

            PutInHands(replies[end++]);
            return (end, null);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return (end, (e as SocketException)?.SocketErrorCode.ToString() ?? "closed");
        }
    }

    private bool GoesByHardware(DhcpReply reply) => _packet is not null && !reply.HardwareAddress.IsEmpty;

    private static IPEndPoint Destination(DhcpReply reply) =>
        reply.HardwareAddress.IsEmpty ? reply.Destination : new IPEndPoint(IPAddress.Broadcast, reply.Destination.Port);

    private void PutInHands(DhcpReply reply)
    {
        Span<byte> frame = stackalloc byte[IpHeaders.Length + reply.Packet.Length];
        var identification = (ushort)Interlocked.Increment(ref _identification);
        IpHeaders.Write(frame, new IPEndPoint(reply.Client.ServerAddress, _port), reply.Destination, identification);
        reply.Packet.Span.CopyTo(frame[IpHeaders.Length..]);
        _packet!.SendTo(frame, SocketFlags.None, new PacketAddress(_interface.Index, PacketAddress.EtherTypeIp, reply.HardwareAddress));
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
