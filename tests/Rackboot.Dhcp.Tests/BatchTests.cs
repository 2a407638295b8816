using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rackboot.Dhcp.Tests;

/// <summary>Many packets a call arrive as one a call would: whole, in order, each at its host.</summary>
public sealed class BatchTests : IDisposable
{
    private const int SolSocket = 1, BindToDevice = 25, SolPacket = 263, IgnoreOutgoing = 23;

    private readonly Outbox _outbox = new();
    private readonly Socket _sender = Open();
    private readonly Socket _relay = Open();
    private readonly Socket _other = Open();

    [Fact]
    public void Packets_arrive_whole_and_in_order()
    {
        for (var round = 0; round < 2; round++)
        {
            for (byte i = 0; i < 20; i++)
                _outbox.Add(Packet(300, i), At(_relay));
            _outbox.Add(Packet(512, 20), At(_relay));
            for (byte i = 21; i < 30; i++)
                _outbox.Add(Packet(i, i), At(i % 2 == 0 ? _relay : _other));
            Assert.Null(_outbox.Flush(_sender));
            Assert.Equal([.. Enumerable.Range(0, 20).Select(_ => 300), 512, 22, 24, 26, 28], Received(_relay, 25));
            Assert.Equal([21, 23, 25, 27, 29], Received(_other, 5));
        }
    }

    [Theory]
    [InlineData("255.255.255.255")] // clients without an address
    [InlineData("127.0.0.1")] // ISC's relay
    public void Who_listens_below_IP_hears_each_packet_of_a_batch_by_itself(string address)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for a packet socket");
        using var client = new Socket(AddressFamily.Packet, SocketType.Dgram, PacketAddress.Protocol(PacketAddress.EtherTypeIp))
        {
            ReceiveTimeout = 30_000,
        };
        client.SetRawSocketOption(SolPacket, IgnoreOutgoing, BitConverter.GetBytes(1)); // the loopback shows a packet as it leaves, too
        client.Bind(new PacketAddress(NetworkInterface.LoopbackInterfaceIndex, PacketAddress.EtherTypeIp, default));
        _sender.EnableBroadcast = true;
        _sender.SetRawSocketOption(SolSocket, BindToDevice, "lo\0"u8);
        for (byte i = 0; i < 20; i++)
            _outbox.Add(Packet(300, i), new IPEndPoint(IPAddress.Parse(address), At(_relay).Port));
        Assert.Null(_outbox.Flush(_sender));
        Assert.Equal(Enumerable.Range(0, 20), Heard(client, At(_sender).Port, 20, IpHeaders.Length + 300));
    }

    [Fact]
    public void A_full_outbox_says_so_and_is_empty_once_it_was_sent()
    {
        for (byte i = 0; !_outbox.IsFull; i++)
            _outbox.Add(Packet(ReplyComposer.MostBytes, i), At(_relay));
        Assert.Null(_outbox.Flush(_sender));
        Assert.False(_outbox.IsFull);
        Assert.All(Received(_relay, 64), length => Assert.Equal(ReplyComposer.MostBytes, length));
    }

    [Fact]
    public void What_cannot_be_sent_is_told_and_the_rest_is_sent()
    {
        _outbox.Add(Packet(300, 0), new IPEndPoint(IPAddress.Parse("255.255.255.255"), 67)); // a socket that may not broadcast
        _outbox.Add(Packet(400, 0), At(_relay));
        Assert.Equal("Permission denied", _outbox.Flush(_sender));
        Assert.Equal([400], Received(_relay, 1));
    }

    [Fact]
    public void One_call_receives_all_that_waits_and_says_who_sent_it()
    {
        var inbox = new Inbox();
        for (byte i = 0; i < 3; i++)
            _relay.SendTo(Packet(300 + i, i), At(_sender));
        _other.SendTo(Packet(240, 9), At(_sender));
        Assert.Equal(4, inbox.Receive(_sender, wait: true));
        Assert.Equal([300, 301, 302, 240], Enumerable.Range(0, 4).Select(i => inbox.Packet(i).Length));
        Assert.Equal([0, 1, 2, 9], Enumerable.Range(0, 4).Select(i => (int)inbox.Packet(i)[0]));
        Assert.Equal([At(_relay), At(_relay), At(_relay), At(_other)], Enumerable.Range(0, 4).Select(inbox.Source));
        Assert.Same(inbox.Source(0), inbox.Source(0));
        Assert.Equal(0, inbox.Receive(_sender, wait: false));
    }

    public void Dispose()
    {
        foreach (var socket in new[] { _sender, _relay, _other })
            socket.Dispose();
    }

    private static byte[] Packet(int length, byte number)
    {
        var packet = new byte[length];
        Array.Fill(packet, number);
        return packet;
    }

    private static IPEndPoint At(Socket socket) => (IPEndPoint)socket.LocalEndPoint!;

    // The lengths of what has come; each is whole: of one number, one more than the last of the same length.
    private static List<int> Received(Socket socket, int count)
    {
        var lengths = new List<int>();
        var buffer = new byte[4096];
        while (lengths.Count < count)
        {
            var length = socket.Receive(buffer);
            Assert.Equal(-1, buffer.AsSpan(0, length).IndexOfAnyExcept(buffer[0]));
            if (length == 300)
                Assert.Equal(lengths.Count, buffer[0]);
            lengths.Add(length);
        }

        Assert.Equal(0, socket.Available);
        return lengths;
    }

    // The numbers of the packets from a port, each as long as it was sent.
    private static List<int> Heard(Socket client, int from, int count, int length)
    {
        var numbers = new List<int>();
        var frame = new byte[ushort.MaxValue];
        while (numbers.Count < count)
        {
            var heard = client.Receive(frame);
            if (heard < IpHeaders.Length || BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(IpHeaders.Length - 8)) != from)
                continue; // somebody else's
            Assert.Equal(length, heard);
            numbers.Add(frame[IpHeaders.Length]);
        }

        return numbers;
    }

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
