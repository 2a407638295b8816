using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Bench;

/// <summary>A connected UDP socket and packets for it in memory of their own, many a call. All packets that leave are equally long, so that
/// many go through the network's code as one that Linux cuts at the card (UDP_SEGMENT), and what a server sends in that way is received in
/// one piece (UDP_GRO): 15 instead of 30 µs of processor time an exchange.</summary>
internal sealed unsafe class Packets : IDisposable
{
    public const int Many = 64;

    /// <summary>Of each packet that leaves (RFC 1542 §2.1).</summary>
    public const int Bytes = 300;

    private const int MostReceived = 16;
    private const int MostReceivedBytes = 64 * 1024;
    private const int BufferBytes = 32 * 1024 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte* _toSend = (byte*)NativeMemory.AllocZeroed(Many * Bytes);
    private readonly byte* _received = (byte*)NativeMemory.AllocZeroed(MostReceived * MostReceivedBytes);
    private readonly Vector* _vectors = Room<Vector>();
    private readonly ControlNumber* _controls = Room<ControlNumber>();
    private readonly Message* _messages = Room<Message>();
    private int _count;

    public Packets(IPEndPoint own, IPEndPoint server)
    {
        foreach (var option in new[] { SendBufferForce, ReceiveBufferForce })
            _socket.SetRawSocketOption(SolSocket, option, BitConverter.GetBytes(BufferBytes));
        _socket.SetRawSocketOption(SolUdp, UdpSegment, BitConverter.GetBytes(Bytes));
        _socket.SetRawSocketOption(SolUdp, UdpGro, BitConverter.GetBytes(1));
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(own);
        _socket.Connect(server);
        for (var i = 0; i < MostReceived; i++)
        {
            _vectors[i] = new Vector { Start = _received + i * MostReceivedBytes, Length = MostReceivedBytes };
            _messages[i].Header = new MessageHeader { Vectors = _vectors + i, VectorCount = 1, Control = (byte*)(_controls + i) };
        }
    }

    public delegate void Taker(ReadOnlySpan<byte> packet);

    /// <summary>Adds a packet.</summary>
    /// <returns>Its room.</returns>
    public Span<byte> Add()
    {
        if (_count == Many)
            Flush();
        return new Span<byte>(_toSend + _count++ * Bytes, Bytes);
    }

    public void Flush()
    {
        if (_count > 0 && Send(_socket.SafeHandle, new(_toSend, _count * Bytes), _count * Bytes, 0) < 0)
            throw new SocketException(Marshal.GetLastPInvokeError());
        _count = 0;
    }

    /// <summary>Takes what has arrived.</summary>
    /// <returns>How many calls' worth of it there may be.</returns>
    public int Receive(Taker take)
    {
        for (var i = 0; i < MostReceived; i++)
            _messages[i].Header.ControlLength = (nuint)sizeof(ControlNumber);
        var received = ReceiveMany(_socket.SafeHandle, _messages, MostReceived, DoNotWait, 0);
        for (var i = 0; i < received; i++)
        {
            var rest = new ReadOnlySpan<byte>(_received + i * MostReceivedBytes, (int)_messages[i].Length);
            var piece = _messages[i].Header.ControlLength > 0 ? _controls[i].Number : rest.Length;
            for (; !rest.IsEmpty; rest = rest[Math.Min(piece, rest.Length)..])
                take(rest[..Math.Min(piece, rest.Length)]);
        }

        return Math.Max(received, 0);
    }

    public bool Wait(TimeSpan time) => _socket.Poll(time, SelectMode.SelectRead);

    public void Dispose()
    {
        _socket.Dispose();
        foreach (var memory in new[] { (nint)_toSend, (nint)_received, (nint)_vectors, (nint)_controls, (nint)_messages })
            NativeMemory.Free((void*)memory);
    }

    private static T* Room<T>()
        where T : unmanaged => (T*)NativeMemory.AllocZeroed(MostReceived, (nuint)sizeof(T));

#pragma warning disable CS0649 // fields that only Linux writes
    /// <summary>A control message that is a number, as UDP_GRO tells the length of the pieces.</summary>
    private struct ControlNumber
    {
        public ControlHeader Header;
        public int Number;
    }
}
