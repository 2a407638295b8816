using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rackboot.Bench;

/// <summary>A connected UDP socket and packets for it in memory of their own, many a call.</summary>
internal sealed unsafe class Packets : IDisposable
{
    public const int Many = 64;
    public const int MostBytes = 1024;
    private const int BufferBytes = 32 * 1024 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte* _bytes = (byte*)NativeMemory.AllocZeroed(2 * Many * MostBytes);
    private readonly LinuxCalls.Vector* _vectors =
        (LinuxCalls.Vector*)NativeMemory.AllocZeroed((nuint)(2 * Many * sizeof(LinuxCalls.Vector)));
    private readonly LinuxCalls.Message* _messages =
        (LinuxCalls.Message*)NativeMemory.AllocZeroed((nuint)(2 * Many * sizeof(LinuxCalls.Message)));
    private int _toSend;

    public Packets(IPEndPoint own, IPEndPoint server)
    {
        foreach (var option in new[] { LinuxCalls.SendBufferForce, LinuxCalls.ReceiveBufferForce })
            _socket.SetRawSocketOption(LinuxCalls.SolSocket, option, BitConverter.GetBytes(BufferBytes));
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(own);
        _socket.Connect(server);
        for (var i = 0; i < 2 * Many; i++)
        {
            _vectors[i] = new LinuxCalls.Vector { Start = _bytes + i * MostBytes, Length = MostBytes };
            _messages[i].Header = new LinuxCalls.MessageHeader { Vectors = _vectors + i, VectorCount = 1 };
        }
    }

    public delegate void Taker(ReadOnlySpan<byte> packet);

    /// <summary>Room for the next packet to send.</summary>
    public Span<byte> Next()
    {
        if (_toSend == Many)
            Flush();
        return new Span<byte>(_bytes + _toSend * MostBytes, MostBytes);
    }

    public void Add(int length) => _vectors[_toSend++].Length = (nuint)length;

    public void Flush()
    {
        for (var sent = 0; sent < _toSend;)
        {
            var now = LinuxCalls.SendMany(_socket.SafeHandle, _messages + sent, (uint)(_toSend - sent), 0);
            if (now < 0)
                throw new SocketException(Marshal.GetLastPInvokeError());
            sent += now;
        }

        _toSend = 0;
    }

    /// <summary>Takes what has arrived.</summary>
    /// <returns>How many packets.</returns>
    public int Receive(Taker take)
    {
        var messages = _messages + Many;
        var received = LinuxCalls.ReceiveMany(_socket.SafeHandle, messages, Many, LinuxCalls.DoNotWait, 0);
        for (var i = 0; i < received; i++)
            take(new ReadOnlySpan<byte>(_bytes + (Many + i) * MostBytes, (int)messages[i].Length));
        return Math.Max(received, 0);
    }

    public bool Wait(TimeSpan time) => _socket.Poll(time, SelectMode.SelectRead);

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_bytes);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_messages);
    }
}
