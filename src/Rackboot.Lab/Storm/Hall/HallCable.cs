using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.Storm.Hall;

/// <summary>The machines' cards on the cable: sends and receives their DHCP as whole frames, since a client has no address yet, and answers
/// ARP for each address with the hardware address of the machine that holds it.</summary>
internal sealed class HallCable : IDisposable
{
    private const int SolSocket = 1, AttachFilter = 26, ReceiveBufferForce = 33, SolPacket = 263, IgnoreOutgoing = 23;
    private const ushort AllProtocols = 3;
    private const int BufferBytes = 64 << 20;

    // Classic BPF (bpf(4)): ARP, and UDP to port 68. The other frames are the kernel's.
    private static readonly ulong[] Filter =
    [
        Instruction(0x28, 0, 0, 12), Instruction(0x15, 5, 0, Frame.Arp), Instruction(0x15, 0, 5, Frame.Ip), Instruction(0x30, 0, 0, 23),
        Instruction(0x15, 0, 3, 17), Instruction(0x28, 0, 0, 36), Instruction(0x15, 0, 1, Frame.DhcpClientPort),
        Instruction(0x06, 0, 0, 0x40000), Instruction(0x06, 0, 0, 0),
    ];

    private readonly Socket _socket;
    private volatile bool _over;
    private readonly ConcurrentDictionary<uint, PhysicalAddress> _held = new();
    private readonly ConcurrentDictionary<PhysicalAddress, Action<byte[]>> _clients = new();

    private HallCable(Socket socket) => _socket = socket;

    /// <summary>Opens the cable of the namespace <paramref name="name"/>, and serves it until it is disposed.</summary>
    public static HallCable Open(string name)
    {
        var ready = new TaskCompletionSource<HallCable>();
        InNamespace.StartThread(name, () =>
        {
            // The kernel would answer a reply to an address that is its own with "port unreachable". Nobody reads this one.
            using var silence = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 };
            silence.Bind(new IPEndPoint(IPAddress.Any, Frame.DhcpClientPort));
            var cable = new HallCable(OpenSocket());
            ready.SetResult(cable);
            cable.Serve();
        }, e => ready.TrySetException(new LabException($"the cable of {name} cannot be opened: {e.Message}")));
        return ready.Task.GetAwaiter().GetResult();
    }

    /// <summary>Gives DHCP messages for a card to <paramref name="take"/>.</summary>
    public void Plug(PhysicalAddress card, Action<byte[]> take) => _clients[card] = take;

    /// <summary>From now on the address is at this card.</summary>
    public void Hold(IPAddress address, PhysicalAddress card) => _held[Frame.Number(address)] = card;

    /// <summary>Sends a DHCP message by broadcast.</summary>
    public void Send(PhysicalAddress from, ReadOnlySpan<byte> message)
    {
        var frame = new byte[Frame.DhcpAt + message.Length];
        Frame.WriteDhcp(frame, from, message);
        Send(frame);
    }

    public void Dispose() => _over = true;

    private static Socket OpenSocket()
    {
        var socket = new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)BinaryPrimitives.ReverseEndianness(AllProtocols))
        {
            ReceiveTimeout = 200, // closing it ends no read
        };
        socket.SetRawSocketOption(SolSocket, ReceiveBufferForce, BitConverter.GetBytes(BufferBytes));
        socket.SetRawSocketOption(SolPacket, IgnoreOutgoing, BitConverter.GetBytes(1));
        Attach(socket);
        var card = NetworkInterface.GetAllNetworkInterfaces().First(i => i.Name == HallNetwork.Cable);
        socket.Bind(new CableEnd(card.GetIPProperties().GetIPv4Properties().Index));
        return socket;
    }

    private static unsafe void Attach(Socket socket)
    {
        fixed (ulong* filter = Filter)
        {
            var program = stackalloc byte[16]; // struct sock_fprog
            *(ushort*)program = (ushort)Filter.Length;
            *(ulong**)(program + 8) = filter;
            socket.SetRawSocketOption(SolSocket, AttachFilter, new ReadOnlySpan<byte>(program, 16));
        }
    }

    private static ulong Instruction(ushort code, byte ifTrue, byte ifFalse, uint value) =>
        code | (ulong)ifTrue << 16 | (ulong)ifFalse << 24 | (ulong)value << 32;

    private void Serve()
    {
        using var socket = _socket;
        var buffer = new byte[2048];
        while (!_over)
        {
            var length = socket.Receive(buffer, SocketFlags.None, out var error);
            if (error != SocketError.Success)
                continue;
            var frame = buffer.AsSpan(0, length);
            if (Frame.IsArpRequest(frame, out var wanted))
            {
                if (_held.TryGetValue(wanted, out var card))
                    Send(Frame.ArpReply(frame, card));
            }
            else if (Frame.TryReadDhcp(frame, out var message, out var client) && _clients.TryGetValue(client, out var take))
                take(message.ToArray());
        }
    }

    private void Send(byte[] frame)
    {
        try
        {
            _socket.Send(frame);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The queue of the card is full, or the hall is gone: a lost packet.
        }
    }

    /// <summary><c>struct sockaddr_ll</c> (packet(7)).</summary>
    private sealed class CableEnd(int card) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(AddressFamily.Packet, 20);
            BinaryPrimitives.WriteUInt16BigEndian(address.Buffer.Span[2..], AllProtocols);
            BinaryPrimitives.WriteInt32LittleEndian(address.Buffer.Span[4..], card);
            return address;
        }
    }
}
