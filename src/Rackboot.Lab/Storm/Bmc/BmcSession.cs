using System.Buffers.Binary;
using System.Security.Cryptography;
using Rackboot.Ipmi;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Lab.Storm.Bmc;

/// <summary>A BMC's side of an RMCP+ session of cipher suite 17: the login (IPMI 2.0 §13.15 to §13.23), and packets in it.</summary>
internal sealed class BmcSession(byte[] password, byte[] guid, uint id)
{
    private readonly byte[] _random = RandomNumberGenerator.GetBytes(16);
    private uint _console;
    private byte[] _hashed = [];
    private SessionKeys? _keys;
    private uint _sequence;

    public uint Id => id;

    /// <summary>The answer to an Open Session Request for another cipher suite: the console asks for one when it heard nothing for a
    /// while (§13.18, table 13-10).</summary>
    public static byte[]? Refuse(ReadOnlySpan<byte> request)
    {
        var suite = Suite.Of(IpmiCipherSuite.Sha256);
        return (request[12], request[20], request[28]) == (suite.Authentication, suite.Integrity, suite.Confidentiality)
            ? null
            : Outside(PayloadType.OpenSessionResponse, [request[0], (byte)RakpStatus.NoCipherSuiteMatch, 0, 0, .. request[4..8]]);
    }

    /// <summary>The console's answer to an Open Session Request.</summary>
    public byte[] Open(ReadOnlySpan<byte> request)
    {
        _console = BinaryPrimitives.ReadUInt32LittleEndian(request[4..]);
        return Outside(
            PayloadType.OpenSessionResponse, [request[0], 0, 0, 0, .. request[4..8], .. Bytes(id), .. request[8..32]]);
    }

    public byte[] Rakp1(ReadOnlySpan<byte> message)
    {
        byte[] role = [message[24], message[27], .. message[28..]];
        byte[] random = message[8..24].ToArray();
        _hashed = [.. random, .. _random, .. role];
        return Outside(PayloadType.Rakp2, [message[0], 0, 0, 0, .. Bytes(_console), .. _random, .. guid,
            .. Hash(password, [.. Bytes(_console), .. Bytes(id), .. random, .. _random, .. guid, .. role])]);
    }

    public byte[] Rakp3(ReadOnlySpan<byte> message)
    {
        var sik = Hash(password, _hashed);
        _keys = new SessionKeys(Suite.Of(IpmiCipherSuite.Sha256), sik);
        return Outside(
            PayloadType.Rakp4, [message[0], 0, 0, 0, .. Bytes(_console), .. Hash(sik, [.. _hashed[..16], .. Bytes(id), .. guid])[..16]]);
    }

    /// <summary>Reads a request in the session; null if it is none, or forged.</summary>
    public byte[]? Read(in PlusPacket packet)
    {
        if (_keys is not { } keys || !packet.Authenticated || packet.Type != PayloadType.Message
            || !keys.Verify(packet.Signed, packet.Code))
            return null;
        var plain = new byte[packet.Payload.Length];
        return keys.TryDecrypt(packet.Payload, plain, out var length) && length >= IpmiMessage.RequestOverhead ? plain[..length] : null;
    }

    public byte[] Write(ReadOnlySpan<byte> message)
    {
        var buffer = new byte[Rmcp.LongestDatagram];
        return buffer[..PlusPacket.Write(buffer, PayloadType.Message, _console, ++_sequence, message, _keys!)];
    }

    private static byte[] Outside(PayloadType type, byte[] payload)
    {
        var datagram = new byte[PlusPacket.HeaderLength + payload.Length];
        PlusPacket.Write(datagram, type, payload);
        return datagram;
    }

    private static byte[] Hash(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

    private static byte[] Bytes(uint id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, id);
        return bytes;
    }
}
