using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Rackboot.Linux.LinuxCalls;
using Name = Rackboot.Linux.LinuxCalls.SocketAddress;

namespace Rackboot.Dhcp;

/// <summary>Gathers packets and gives them to the kernel, many in a call. Those to one host that are equally long, as the answers to a
/// relay are, go through its network code as one that it or the card cuts (UDP_SEGMENT, udp(7)): a call for each answer was a third of
/// what an exchange cost. Broadcasts each go by themselves: they are for clients without an address, which listen below IP, and where no
/// card is between (veth, bridge) nobody cuts what they hear. Of a batch only the first would get its answer.</summary>
internal sealed unsafe class Outbox
{
    private const int Most = 64;
    private const int MostTogether = 65_000; // what is cut has one IP header first
    private const int ControlBytes = 24; // CMSG_SPACE of a number of 16 bits
    private const int InternetFamily = 2;
    private const uint Everybody = uint.MaxValue; // 255.255.255.255

    private readonly PinnedRoom<Message> _messages = new(Most);
    private readonly PinnedRoom<Vector> _vectors = new(Most);
    private readonly PinnedRoom<Name> _names = new(Most);
    private readonly PinnedRoom<byte> _controls = new(Most * ControlBytes);
    private readonly PinnedRoom<byte> _bytes = new(Most * ReplyComposer.MostBytes);
    private readonly int[] _pieces = new int[Most]; // of each message; more than one are equally long
    private int _packets, _count, _used;
    private bool _segments = true;

    public bool IsFull => _packets == Most;

    /// <summary>Adds a packet; there must be room.</summary>
    public void Add(ReadOnlySpan<byte> packet, IPEndPoint destination)
    {
        var start = _bytes.Start + _used;
        packet.CopyTo(new Span<byte>(start, packet.Length));
        (_used, _packets) = (_used + packet.Length, _packets + 1);
        var name = new Name
        {
            Family = InternetFamily,
            Port = BinaryPrimitives.ReverseEndianness((ushort)destination.Port),
            Address = BinaryPrimitives.ReverseEndianness(DhcpMessage.ToNumber(destination.Address)),
        };
        var last = _count - 1;
        if (_segments && last >= 0 && name.Address != Everybody && _names[last].Address == name.Address
            && _names[last].Port == name.Port && _vectors[last].Length == (nuint)(_pieces[last] * packet.Length)
            && (int)_vectors[last].Length + packet.Length <= MostTogether)
        {
            _vectors[last].Length += (nuint)packet.Length;
            _pieces[last]++;
            return;
        }

        (_names[_count], _pieces[_count]) = (name, 1);
        _vectors[_count++] = new Vector { Start = start, Length = (nuint)packet.Length };
    }

    /// <summary>Sends what was gathered.</summary>
    /// <returns>Why not all of it could be sent; null if it was.</returns>
    public string? Flush(Socket socket)
    {
        string? trouble = null;
        for (var i = 0; i < _count; i++)
            Compose(i);
        for (var sent = 0; sent < _count;)
        {
            var count = SendMany(socket.SafeHandle, _messages.Start + sent, (uint)(_count - sent), flags: 0);
            if (count > 0)
                sent += count;
            else if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
            {
                trouble = (_pieces[sent] > 1 ? SendSingly(socket, sent) : Marshal.GetPInvokeErrorMessage(error)) ?? trouble;
                sent++;
            }
        }

        (_packets, _count, _used) = (0, 0, 0);
        return trouble;
    }

    private void Compose(int index)
    {
        ref var header = ref _messages[index].Header;
        header = new MessageHeader
        {
            Name = _names.Start + index, NameLength = (uint)sizeof(Name), Vectors = _vectors.Start + index, VectorCount = 1,
        };
        if (_pieces[index] == 1)
            return;
        var control = _controls.Start + index * ControlBytes;
        *(ControlHeader*)control = new ControlHeader
        {
            Length = (nuint)(sizeof(ControlHeader) + sizeof(ushort)), Level = SolUdp, Type = UdpSegment,
        };
        *(ushort*)(control + sizeof(ControlHeader)) = (ushort)((int)_vectors[index].Length / _pieces[index]);
        header.Control = control;
        header.ControlLength = ControlBytes;
    }

    // A card or a path that cannot cut packets is not asked again.
    private string? SendSingly(Socket socket, int index)
    {
        _segments = false;
        string? trouble = null;
        var (whole, pieces) = (_vectors[index], _pieces[index]);
        var length = whole.Length / (nuint)pieces;
        _pieces[index] = 1;
        Compose(index);
        for (var i = 0; i < pieces; i++)
        {
            _vectors[index] = new Vector { Start = (byte*)whole.Start + (nuint)i * length, Length = length };
            if (SendMany(socket.SafeHandle, _messages.Start + index, 1, flags: 0) < 0)
                trouble = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        }

        return trouble;
    }
}
