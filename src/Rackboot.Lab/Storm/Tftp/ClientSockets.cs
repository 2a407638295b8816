using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rackboot.Linux;
using static Rackboot.Linux.LinuxCalls;
using SocketAddress = Rackboot.Linux.LinuxCalls.SocketAddress;

namespace Rackboot.Lab.Storm.Tftp;

/// <summary>The sockets of many clients, as cheap as Linux makes it: the generator must not be what limits. Clients with an address of
/// their own share one socket that receives for a whole block of addresses; clients behind one address have a socket each.</summary>
internal sealed unsafe class ClientSockets : IDisposable
{
    private const int Most = 64;
    private const int PacketBytes = 65536;
    private const int ControlBytes = 128;
    private const int SentBytes = 600;
    private const int BufferBytes = 256 << 20;

    private readonly IPEndPoint _server;
    private readonly uint _first;
    private readonly Func<int, bool>? _loses;
    private readonly Dictionary<int, Socket> _own = [];
    private readonly Socket? _shared;
    private readonly Epoll _epoll = new(Most);
    private readonly Batch _in = new(PacketBytes);
    private readonly Batch _out = new(SentBytes);
    private int _gathered;
    private Socket? _to;

    /// <summary>Clients at addresses of their own: client 0 is at <paramref name="first"/>, client 1 at the next one.</summary>
    /// <param name="loses">Whether a packet of this client, in either direction, is lost; null loses none.</param>
    public ClientSockets(IPEndPoint server, IPAddress first, Func<int, bool>? loses = null)
    {
        (_server, _loses) = (server, loses);
        _first = BinaryPrimitives.ReadUInt32BigEndian(first.GetAddressBytes());
        _shared = Open(IPAddress.Any, BufferBytes);
        _epoll.Watch(_shared.SafeHandle, 0, EpollIn);
    }

    /// <summary>Clients behind one address.</summary>
    public ClientSockets(IPEndPoint server, IPAddress shared, IEnumerable<int> clients, Func<int, bool>? loses = null)
    {
        (_server, _loses) = (server, loses);
        foreach (var client in clients)
        {
            var own = _own[client] = Open(shared, 1 << 20);
            _epoll.Watch(own.SafeHandle, client, EpollIn);
        }
    }

    public delegate void Taker(int client, ReadOnlySpan<byte> packet, ushort from);

    public void Send(int client, ushort port, ReadOnlySpan<byte> packet)
    {
        if (_loses?.Invoke(client) == true)
            return;
        var socket = _shared ?? _own[client];
        if (_gathered == Most || (_gathered > 0 && socket != _to))
            Flush();
        _to = socket;
        var local = _shared is null ? 0 : BinaryPrimitives.ReverseEndianness(_first + (uint)client);
        _out.Fill(_gathered++, packet, new SocketAddress
        {
            Family = 2,
            Port = BinaryPrimitives.ReverseEndianness(port == 0 ? (ushort)_server.Port : port),
            Address = BitConverter.ToUInt32(_server.Address.GetAddressBytes()),
        }, local);
    }

    public void Flush()
    {
        for (var sent = 0; sent < _gathered;)
            sent += Math.Max(1, SendMany(_to!.SafeHandle, _out.Messages + sent, (uint)(_gathered - sent), 0));
        _gathered = 0;
    }

    /// <summary>Waits for packets and gives each to <paramref name="take"/>.</summary>
    public void Receive(int milliseconds, Taker take)
    {
        var count = _epoll.Wait(milliseconds);
        for (var i = 0; i < count; i++)
        {
            var client = (int)_epoll.Id(i);
            var socket = _shared ?? _own[client];
            _in.Reset();
            var packets = ReceiveMany(socket.SafeHandle, _in.Messages, Most, DoNotWait, 0);
            for (var p = 0; p < packets; p++)
                Give(p, client, take);
            Flush();
        }
    }

    public void Dispose()
    {
        _shared?.Dispose();
        foreach (var socket in _own.Values)
            socket.Dispose();
        _epoll.Dispose();
    }

    // What was sent as one packet to be cut (UDP_SEGMENT) arrives as one, with the length of its pieces.
    private void Give(int index, int client, Taker take)
    {
        var packet = _in.Packet(index);
        var from = BinaryPrimitives.ReverseEndianness(((SocketAddress*)_in.Messages[index].Header.Name)->Port);
        _in.ReadControl(index, out var local, out var segment);
        if (_shared is not null)
            client = (int)(BinaryPrimitives.ReverseEndianness(local) - _first);
        if (segment <= 0)
            segment = packet.Length;
        for (; packet.Length > 0; packet = packet[Math.Min(segment, packet.Length)..])
            if (_loses?.Invoke(client) != true)
                take(client, packet[..Math.Min(segment, packet.Length)], from);
    }

    private static Socket Open(IPAddress address, int bufferBytes)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(SolIp, PacketInformation, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(SolUdp, UdpGro, BitConverter.GetBytes(1));
        socket.SetRawSocketOption(SolSocket, ReceiveBufferForce, BitConverter.GetBytes(bufferBytes));
        socket.SetRawSocketOption(SolSocket, SendBufferForce, BitConverter.GetBytes(bufferBytes));
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    /// <summary>Room for many packets of one call.</summary>
    private sealed class Batch
    {
        private readonly int _bytes;
        private readonly Vector* _vectors = (Vector*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(Vector));
        private readonly SocketAddress* _names = (SocketAddress*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(SocketAddress));
        private readonly byte* _controls = (byte*)NativeMemory.AllocZeroed(Most, ControlBytes);
        private readonly byte* _packets;

        public Batch(int bytes)
        {
            _bytes = bytes;
            _packets = (byte*)NativeMemory.AllocZeroed(Most, (nuint)bytes);
            for (var i = 0; i < Most; i++)
            {
                _vectors[i] = new Vector { Start = _packets + i * bytes, Length = (nuint)bytes };
                Messages[i].Header = new MessageHeader
                {
                    Name = _names + i,
                    NameLength = 16,
                    Vectors = _vectors + i,
                    VectorCount = 1,
                    Control = _controls + i * ControlBytes,
                };
            }
        }

        public Message* Messages { get; } = (Message*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(Message));

        public void Reset()
        {
            for (var i = 0; i < Most; i++)
                (Messages[i].Header.NameLength, Messages[i].Header.ControlLength) = (16, ControlBytes);
        }

        public ReadOnlySpan<byte> Packet(int index) => new(_packets + index * _bytes, (int)Messages[index].Length);

        public void Fill(int index, ReadOnlySpan<byte> packet, SocketAddress to, uint local)
        {
            packet.CopyTo(new Span<byte>(_packets + index * _bytes, _bytes));
            _vectors[index].Length = (nuint)packet.Length;
            _names[index] = to;
            var control = (ControlHeader*)(_controls + index * ControlBytes);
            *control = new ControlHeader { Length = 28, Level = SolIp, Type = PacketInformation };
            *(PacketAddresses*)(control + 1) = new PacketAddresses { Local = local };
            Messages[index].Header.ControlLength = 32;
        }

        public void ReadControl(int index, out uint local, out int segment)
        {
            (local, segment) = (0, 0);
            var at = Messages[index].Header.Control;
            var end = at + Messages[index].Header.ControlLength;
            while (at + sizeof(ControlHeader) <= end && ((ControlHeader*)at)->Length >= (nuint)sizeof(ControlHeader))
            {
                var header = (ControlHeader*)at;
                if (header->Level == SolIp && header->Type == PacketInformation)
                    local = ((PacketAddresses*)(header + 1))->Destination;
                else if (header->Level == SolUdp && header->Type == UdpGro)
                    segment = *(int*)(header + 1);
                at += (header->Length + 7) & ~(nuint)7;
            }
        }
    }
}
