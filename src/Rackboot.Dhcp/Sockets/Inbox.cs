using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rackboot.Linux;
using static Rackboot.Linux.LinuxCalls;
using Name = Rackboot.Linux.LinuxCalls.SocketAddress;

namespace Rackboot.Dhcp;

/// <summary>Receives packets, as many as wait in one call: a call for each, and one to ask whether more wait, were a quarter of what the
/// receiving thread did.</summary>
internal sealed unsafe class Inbox
{
    public const int Most = 64;

    private const int PacketBytes = 4096;

    private readonly PinnedRoom<Message> _messages = new(Most);
    private readonly PinnedRoom<Vector> _vectors = new(Most);
    private readonly PinnedRoom<Name> _names = new(Most);
    private readonly PinnedRoom<byte> _packets = new(Most * PacketBytes);
    private Name _last;
    private IPEndPoint _lastSource = new(IPAddress.Any, 0);

    public Inbox()
    {
        for (var i = 0; i < Most; i++)
        {
            _vectors[i] = new Vector { Start = _packets.Start + i * PacketBytes, Length = PacketBytes };
            _messages[i].Header = new MessageHeader { Name = _names.Start + i, Vectors = _vectors.Start + i, VectorCount = 1 };
        }
    }

    /// <summary>Receives what has come.</summary>
    /// <param name="wait">Waits until something comes.</param>
    /// <returns>How many packets; fewer than <see cref="Most"/> are all that there were.</returns>
    /// <exception cref="SocketException">The network is in trouble.</exception>
    public int Receive(Socket socket, bool wait)
    {
        for (var i = 0; i < Most; i++)
            _messages[i].Header.NameLength = (uint)sizeof(Name);
        var count = ReceiveMany(socket.SafeHandle, _messages.Start, Most, wait ? WaitForOne : DoNotWait, timeout: 0);
        if (count >= 0)
            return count;
        return Marshal.GetLastPInvokeError() is TryAgain or Interrupted ? 0 : throw new SocketException(Marshal.GetLastPInvokeError());
    }

    public ReadOnlySpan<byte> Packet(int index) => new(_packets.Start + index * PacketBytes, (int)_messages[index].Length);

    /// <summary>Who sent a packet. A relay sends many, and is one object.</summary>
    public IPEndPoint Source(int index)
    {
        ref var name = ref _names[index];
        if (name.Address != _last.Address || name.Port != _last.Port)
            (_last, _lastSource) = (name, new IPEndPoint(name.Address, BinaryPrimitives.ReverseEndianness(name.Port)));
        return _lastSource;
    }
}
