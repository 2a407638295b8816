using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Tftp.Transport;

/// <summary>Receives packets, as many as there are at a time: a call a packet is half of what a lock-step block costs.</summary>
internal sealed unsafe class Inbox : IDisposable
{
    public const int Most = 64;

    // Requests are the longest packets that a client sends, and fit a frame.
    private const int PacketBytes = 2048;
    private const int ControlBytes = 64;

    private readonly Message* _messages = (Message*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(Message));
    private readonly Vector* _vectors = (Vector*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(Vector));
    private readonly SocketAddress* _names = (SocketAddress*)NativeMemory.AllocZeroed(Most, (nuint)sizeof(SocketAddress));
    private readonly byte* _controls = (byte*)NativeMemory.AllocZeroed(Most, ControlBytes);
    private readonly byte* _packets = (byte*)NativeMemory.AllocZeroed(Most, PacketBytes);

    public Inbox()
    {
        for (var i = 0; i < Most; i++)
        {
            _vectors[i] = new Vector { Start = _packets + i * PacketBytes, Length = PacketBytes };
            _messages[i].Header = new MessageHeader
            {
                Name = _names + i,
                Vectors = _vectors + i,
                VectorCount = 1,
                Control = _controls + i * ControlBytes,
            };
        }
    }

    /// <summary>Receives what has come, without waiting.</summary>
    /// <returns>How many packets.</returns>
    public int Receive(Socket socket)
    {
        for (var i = 0; i < Most; i++)
            (_messages[i].Header.NameLength, _messages[i].Header.ControlLength) = ((uint)sizeof(SocketAddress), ControlBytes);
        return Math.Max(0, ReceiveMany(socket.SafeHandle, _messages, Most, DoNotWait, timeout: 0));
    }

    public ReadOnlySpan<byte> Packet(int index) => new(_packets + index * PacketBytes, (int)_messages[index].Length);

    /// <param name="broadcast">It was sent to no address of ours alone.</param>
    public Peer From(int index, out bool broadcast)
    {
        var addresses = default(PacketAddresses);
        ref var header = ref _messages[index].Header;
        var control = (ControlHeader*)header.Control;
        var isWhole = header.ControlLength >= (nuint)(sizeof(ControlHeader) + sizeof(PacketAddresses));
        if (isWhole && control->Level == SolIp && control->Type == PacketInformation)
            addresses = *(PacketAddresses*)(control + 1);
        broadcast = addresses.Local != addresses.Destination;
        return new Peer(_names[index].Address, _names[index].Port, addresses.Local);
    }

    public void Dispose()
    {
        foreach (var memory in new[] { (nint)_messages, (nint)_vectors, (nint)_names, (nint)_controls, (nint)_packets })
            NativeMemory.Free((void*)memory);
    }
}
