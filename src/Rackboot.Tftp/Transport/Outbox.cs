using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Tftp.Transport;

/// <summary>Gathers packets and gives them to the kernel, many at a time. The blocks of a window go as one packet that the kernel or the
/// card cuts (UDP_SEGMENT, udp(7)), and the bytes of a mapped file are copied once, by the kernel. Blocks that are not in memory
/// wait.</summary>
/// <param name="arrived">Is called, on any thread, when more of a file is in memory that a transfer waits for.</param>
internal sealed unsafe class Outbox(Action arrived) : ITransferOutput, IDisposable
{
    private const int MostMessages = 64;
    private const int MostVectors = 1024;
    private const int MostSegments = 64;
    private const int MostSegmentedBytes = 65_000;
    private const int ArenaBytes = 256 * 1024;
    private const int AddressControl = 32, SegmentControl = 24; // CMSG_SPACE of struct in_pktinfo, and of a number of 16 bits
    private const int InternetFamily = 2;

    private readonly Message* _messages = (Message*)NativeMemory.AllocZeroed(MostMessages, (nuint)sizeof(Message));
    private readonly SocketAddress* _names = (SocketAddress*)NativeMemory.AllocZeroed(MostMessages, (nuint)sizeof(SocketAddress));
    private readonly byte* _controls = (byte*)NativeMemory.AllocZeroed(MostMessages, AddressControl + SegmentControl);
    private readonly Vector* _vectors = (Vector*)NativeMemory.AllocZeroed(MostVectors, (nuint)sizeof(Vector));
    private readonly byte* _arena = (byte*)NativeMemory.AllocZeroed(ArenaBytes);
    private readonly (TransferSession? Session, long Block)[] _origins = new (TransferSession?, long)[MostMessages];

    private UdpPort? _port;
    private bool _first;
    private Peer _peer;
    private TransferSession? _session;
    private int _count, _usedVectors, _usedBytes;

    /// <summary>Transfers whose blocks did not go out, and will not by waiting.</summary>
    public Queue<TransferSession> Refused { get; } = new();

    /// <summary>Transfers whose next blocks are being read from the disk.</summary>
    public HashSet<TransferSession> Reading { get; } = [];

    /// <summary>What follows goes to <paramref name="session"/>.</summary>
    public void Address(TransferSession session) => Address(session.Port, session.Peer, !session.Transfer.WasAcknowledged, session);

    /// <summary>What follows goes to <paramref name="peer"/>, who has no transfer.</summary>
    public void Address(UdpPort port, Peer peer) => Address(port, peer, first: true, null);

    public void Send(ReadOnlySpan<byte> packet)
    {
        MakeRoom(1, packet.Length);
        var begin = _usedVectors;
        packet.CopyTo(new Span<byte>(_arena + _usedBytes, packet.Length));
        Add(_arena + _usedBytes, packet.Length);
        _usedBytes += packet.Length;
        Compose(begin, segment: 0, block: 0);
    }

    public void SendBlocks(TftpFile file, int blockBytes, long first, long last)
    {
        if (!file.IsInMemory(Math.Min(file.Length, last * blockBytes)))
        {
            _session!.Transfer.Unsent(first);
            if (Reading.Add(_session))
                file.WhenMoreIsInMemory(arrived);
            return;
        }

        var most = _session!.Segments ? Math.Clamp(MostSegmentedBytes / (4 + blockBytes), 1, MostSegments) : 1;
        while (first <= last)
        {
            var end = Math.Min(last, first + most - 1);
            SendTogether(file, blockBytes, first, end);
            first = end + 1;
        }
    }

    /// <summary>Sends what was gathered.</summary>
    public void Flush()
    {
        for (var sent = 0; sent < _count;)
        {
            var socket = _first ? _port!.First : _port!.Socket;
            var count = SendMany(socket.SafeHandle, _messages + sent, (uint)(_count - sent), DoNotWait);
            if (count > 0)
                sent += count;
            else if (Marshal.GetLastPInvokeError() is var error && error == TryAgain)
                while (sent < _count)
                    Fail(sent++, error);
            else if (error != Interrupted)
                Fail(sent++, error);
        }

        (_count, _usedVectors, _usedBytes) = (0, 0, 0);
    }

    public void Dispose()
    {
        foreach (var memory in new[] { (nint)_messages, (nint)_names, (nint)_controls, (nint)_vectors, (nint)_arena })
            NativeMemory.Free((void*)memory);
    }

    private void Address(UdpPort port, Peer peer, bool first, TransferSession? session)
    {
        if (_count > 0 && (_port != port || _first != first))
            Flush();
        (_port, _first, _peer, _session) = (port, first, peer, session);
    }

    private void SendTogether(TftpFile file, int blockBytes, long first, long last)
    {
        var count = (int)(last - first) + 1;
        var mapped = (byte*)file.Mapping;
        MakeRoom(2 * count, mapped is null ? count * (4 + blockBytes) : count * 4);
        var begin = _usedVectors;
        for (var block = first; block <= last; block++)
        {
            var offset = (block - 1) * blockBytes;
            var length = (int)Math.Min(blockBytes, file.Length - offset);
            var packet = _arena + _usedBytes;
            BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(packet, 2), (ushort)TftpOpcode.Data);
            BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(packet + 2, 2), (ushort)block);
            _usedBytes += 4;
            if (mapped is null)
            {
                if (file.Read(offset, new Span<byte>(packet + 4, length)) < length)
                    throw new EndOfStreamException("it became shorter while it was sent");
                _usedBytes += length;
                Add(packet, 4 + length);
            }
            else
            {
                Add(packet, 4);
                Add(mapped + offset, length);
            }
        }

        Compose(begin, count > 1 ? (ushort)(4 + blockBytes) : (ushort)0, first);
    }

    private void MakeRoom(int vectors, int bytes)
    {
        if (_count == MostMessages || _usedVectors + vectors > MostVectors || _usedBytes + bytes > ArenaBytes)
            Flush();
    }

    private void Add(byte* start, int length)
    {
        if (length > 0)
            _vectors[_usedVectors++] = new Vector { Start = start, Length = (nuint)length };
    }

    private void Compose(int firstVector, ushort segment, long block)
    {
        _names[_count] = new SocketAddress { Family = InternetFamily, Port = _peer.Port, Address = _peer.Address };
        _origins[_count] = (_session, block);
        var control = _controls + _count * (AddressControl + SegmentControl);
        Control(control, SolIp, PacketInformation, new PacketAddresses { Local = _peer.Server });
        if (segment > 0)
            Control(control + AddressControl, SolUdp, UdpSegment, segment);

        _messages[_count++].Header = new MessageHeader
        {
            Name = _names + _count - 1,
            NameLength = (uint)sizeof(SocketAddress),
            Vectors = _vectors + firstVector,
            VectorCount = (nuint)(_usedVectors - firstVector),
            Control = control,
            ControlLength = AddressControl + (segment > 0 ? (nuint)SegmentControl : 0),
        };
    }

    private static void Control<T>(byte* to, int level, int type, T value)
        where T : unmanaged
    {
        *(ControlHeader*)to = new ControlHeader { Length = (nuint)(sizeof(ControlHeader) + sizeof(T)), Level = level, Type = type };
        *(T*)(to + sizeof(ControlHeader)) = value;
    }

    // A packet that Linux does not take is lost, as on the wire, and the timeout sends it again; three reasons are known better.
    private void Fail(int index, int error)
    {
        var (session, block) = _origins[index];
        if (session is null || block == 0)
            return;
        if (error == TryAgain)
        {
            session.Transfer.Unsent(block);
            if (!session.IsWaiting && !_first)
                _port!.Waiting.Enqueue(session);
            session.IsWaiting |= !_first;
        }
        else if (error == BadAddress)
        {
            session.FileWasCut = true;
            Refused.Enqueue(session);
        }
        else if (session.Segments && error is Invalid or MessageTooLong or InputOutput)
        {
            // A path with a smaller MTU, or a card that cannot complete the checksums of what is cut.
            session.Segments = false;
            session.Transfer.Unsent(block);
            Refused.Enqueue(session);
        }
    }
}
