using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi.Tests.Support;

/// <summary>
/// A BMC in the hands of a test: it does the login (suite 17) and the privilege level by itself, and gives everything else to the test,
/// which answers when and how it likes.
/// </summary>
internal sealed class FakeBmc : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly byte[] _guid = RandomNumberGenerator.GetBytes(16);
    private readonly byte[] _random = RandomNumberGenerator.GetBytes(16);
    private readonly byte[] _password;
    private readonly uint _id = 0xB0B0B0B0;
    private EndPoint _console = new IPEndPoint(IPAddress.Any, 0);
    private byte[] _hashed = [];
    private SessionKeys? _keys;
    private uint _sequence;

    public FakeBmc(string password = "secret")
    {
        _password = System.Text.Encoding.ASCII.GetBytes(password);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = ReceiveAsync();
    }

    /// <summary>A packet of a session: a request with its number, or a SOL payload.</summary>
    public sealed record Received(PayloadType Type, uint SessionSequence, byte[] Payload)
    {
        public byte NetFunction => (byte)(Payload[1] >> 2);

        public byte RequestSequence => (byte)(Payload[4] >> 2);

        public byte Command => Payload[5];

        public byte[] Data => Payload[6..^1];
    }

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public uint ConsoleId { get; private set; }

    /// <summary>Deaf to questions outside of sessions too.</summary>
    public bool IsDead { get; set; }

    /// <summary>Is asked before each answer of the login; what it returns is sent before it.</summary>
    public Func<PayloadType, byte[], IEnumerable<byte[]>> BeforeLoginAnswer { get; set; } = (_, _) => [];

    /// <summary>Falls silent in the login: what <see cref="BeforeLoginAnswer"/> sends is all.</summary>
    public bool IsMuteInLogin { get; set; }

    public async Task<Received> NextAsync() => await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Whether a packet of a session came that the test has not taken.</summary>
    public bool HasNext => _received.Reader.TryPeek(out _);

    public byte[] Answer(Received request, params byte[] codeAndData) =>
        SendMessage((byte)(request.NetFunction + 1), request.RequestSequence, request.Command, codeAndData);

    public byte[] SendMessage(byte netFunction, byte sequence, byte command, byte[] codeAndData) =>
        Send(PayloadType.Message, Message(netFunction, sequence, command, codeAndData));

    public byte[] Send(PayloadType type, byte[] payload, uint? sequence = null)
    {
        var buffer = new byte[Rmcp.LongestDatagram];
        var datagram = buffer[..PlusPacket.Write(buffer, type, ConsoleId, sequence ?? ++_sequence, payload, _keys!)];
        SendRaw(datagram);
        return datagram;
    }

    public void SendRaw(byte[] datagram) => _socket.SendTo(datagram, _console);

    public void Dispose() => _socket.Dispose();

    private static byte[] Message(byte netFunction, byte sequence, byte command, byte[] codeAndData)
    {
        byte[] head = [0x81, (byte)(netFunction << 2)];
        byte[] rest = [0x20, (byte)(sequence << 2), command, .. codeAndData];
        return [.. head, (byte)-head.Sum(b => b), .. rest, (byte)-rest.Sum(b => b)];
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                _console = got.RemoteEndPoint;
                if (!IsDead)
                    Take(buffer[..got.ReceivedBytes]);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            _received.Writer.TryComplete();
        }
    }

    private void Take(byte[] datagram)
    {
        if (datagram[4] == 0)
        {
            var message = Message(0x07, (byte)(datagram[18] >> 2), 0x38, [0, 1, 0x80, 0x04, 0x02, 0, 0, 0, 0]);
            SendRaw([6, 0, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)message.Length, .. message]);
            return;
        }

        if (!PlusPacket.TryParse(datagram, (datagram[5] & 0x40) == 0 ? 0 : 16, out var packet, out _))
            return;
        var payload = packet.Payload.ToArray();
        if (packet.Type == PayloadType.OpenSessionRequest)
            OpenSession(payload);
        else if (packet.Type == PayloadType.Rakp1)
            Rakp1(payload);
        else if (packet.Type == PayloadType.Rakp3 && payload[1] == 0)
            Rakp3(payload);
        else if (packet.Authenticated && packet.SessionId == _id && _keys!.Verify(packet.Signed, packet.Code))
            TakeInSession(packet);
    }

    private void TakeInSession(in PlusPacket packet)
    {
        var plain = new byte[2048];
        if (!_keys!.TryDecrypt(packet.Payload, plain, out var length))
            return;
        var received = new Received(packet.Type, packet.Sequence, plain[..length]);
        if (received.Type == PayloadType.Message && received.Command == 0x3B)
            Answer(received, 0, received.Data[0]);
        else
            _received.Writer.TryWrite(received);
    }

    private void OpenSession(byte[] request)
    {
        ConsoleId = BinaryPrimitives.ReadUInt32LittleEndian(request.AsSpan(4));
        AnswerLogin(PayloadType.OpenSessionResponse, [request[0], 0, 0, 0, .. request[4..8], .. Id(_id), .. request[8..32]]);
    }

    private void Rakp1(byte[] message)
    {
        byte[] role = [message[24], message[27], .. message[28..]];
        byte[] console = Id(ConsoleId), bmc = Id(_id), random = message[8..24];
        _hashed = [.. random, .. _random, .. role];
        AnswerLogin(PayloadType.Rakp2, [message[0], 0, 0, 0, .. console, .. _random, .. _guid,
            .. Hash(_password, [.. console, .. bmc, .. random, .. _random, .. _guid, .. role])]);
    }

    private void Rakp3(byte[] message)
    {
        var sik = Hash(_password, _hashed);
        _keys = new SessionKeys(Suite.Of(IpmiCipherSuite.Sha256), sik);
        _sequence = 0;
        AnswerLogin(
            PayloadType.Rakp4, [message[0], 0, 0, 0, .. Id(ConsoleId), .. Hash(sik, [.. _hashed[..16], .. Id(_id), .. _guid])[..16]]);
    }

    private void AnswerLogin(PayloadType type, byte[] payload)
    {
        foreach (var forged in BeforeLoginAnswer(type, payload))
            SendOutside(type, forged);
        if (!IsMuteInLogin)
            SendOutside(type, payload);
    }

    private void SendOutside(PayloadType type, byte[] payload)
    {
        var datagram = new byte[PlusPacket.HeaderLength + payload.Length];
        PlusPacket.Write(datagram, type, payload);
        SendRaw(datagram);
    }

    private static byte[] Hash(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    private static byte[] Id(uint id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, id);
        return bytes;
    }
}
