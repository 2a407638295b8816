using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rackboot.Linux;
using static Rackboot.Linux.LinuxCalls;
using Name = Rackboot.Linux.LinuxCalls.SocketAddress;

namespace Rackboot.Dhcp;

/// <summary>Gathers packets and gives them to the kernel, many in a call: a call for each answer was a third of what an exchange cost.
/// They are not handed over as one to be cut (UDP_SEGMENT, udp(7)), though that is cheaper still: clients without an address and relays
/// (ISC's) listen below IP, and where no card is between (veth, bridge) nobody cuts what they hear, so that of a batch only the first would
/// get its answer.</summary>
internal sealed unsafe class Outbox
{
    private const int Most = 64;
    private const int InternetFamily = 2;

    private readonly PinnedRoom<Message> _messages = new(Most);
    private readonly PinnedRoom<Vector> _vectors = new(Most);
    private readonly PinnedRoom<Name> _names = new(Most);
    private readonly PinnedRoom<byte> _bytes = new(Most * ReplyComposer.MostBytes);
    private int _count, _used;

    public Outbox()
    {
        for (var i = 0; i < Most; i++)
            _messages[i].Header = new MessageHeader
            {
                Name = _names.Start + i, NameLength = (uint)sizeof(Name), Vectors = _vectors.Start + i, VectorCount = 1,
            };
    }

    public bool IsFull => _count == Most;

    /// <summary>Adds a packet; there must be room.</summary>
    public void Add(ReadOnlySpan<byte> packet, IPEndPoint destination)
    {
        var start = _bytes.Start + _used;
        packet.CopyTo(new Span<byte>(start, packet.Length));
        _used += packet.Length;
        _names[_count] = new Name
        {
            Family = InternetFamily,
            Port = BinaryPrimitives.ReverseEndianness((ushort)destination.Port),
            Address = BinaryPrimitives.ReverseEndianness(DhcpMessage.ToNumber(destination.Address)),
        };
        _vectors[_count++] = new Vector { Start = start, Length = (nuint)packet.Length };
    }

    /// <summary>Sends what was gathered.</summary>
    /// <returns>Why not all of it could be sent; null if it was.</returns>
    public string? Flush(Socket socket)
    {
        string? trouble = null;
        for (var sent = 0; sent < _count;)
        {
            var count = SendMany(socket.SafeHandle, _messages.Start + sent, (uint)(_count - sent), flags: 0);
            if (count > 0)
                sent += count;
            else if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
            {
                trouble = Marshal.GetPInvokeErrorMessage(error);
                sent++;
            }
        }

        (_count, _used) = (0, 0);
        return trouble;
    }
}
