using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rackboot.Ipmi.Wire;

/// <summary>
/// What both sides put into a login (RAKP, IPMI 2.0 §13.19 to §13.23 and §13.28 to §13.32), and the hashes that come of it. The role byte
/// is the same in message 1 and in every hash.
/// </summary>
internal sealed class RakpExchange
{
    public const int RandomLength = 16;
    private const int Rakp1FixedLength = 28;
    private const int Rakp3FixedLength = 8;

    public required Suite Suite { get; init; }

    public required uint ConsoleSession { get; init; }

    public required uint BmcSession { get; init; }

    public required byte[] ConsoleRandom { get; init; }

    public required byte Role { get; init; }

    public required byte[] UserName { get; init; }

    public byte[] BmcRandom { get; set; } = [];

    public byte[] BmcGuid { get; set; } = [];

    /// <summary>RAKP message 1 (§13.20, table 13-11).</summary>
    public byte[] Message1(byte tag)
    {
        var message = new byte[Rakp1FixedLength + UserName.Length];
        message[0] = tag;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), BmcSession);
        ConsoleRandom.CopyTo(message, 8);
        message[24] = Role;
        message[27] = (byte)UserName.Length;
        UserName.CopyTo(message, Rakp1FixedLength);
        return message;
    }

    /// <summary>RAKP message 3 (§13.22, table 13-13): our proof, or with a status why we break off.</summary>
    public byte[] Message3(byte tag, RakpStatus status, ReadOnlySpan<byte> password)
    {
        var message = new byte[Rakp3FixedLength + (status == RakpStatus.NoError ? Suite.HashLength : 0)];
        message[0] = tag;
        message[1] = (byte)status;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), BmcSession);
        if (status == RakpStatus.NoError)
            Suite.Hash(password, [.. BmcRandom, .. Bytes(ConsoleSession), .. RoleAndName()], message.AsSpan(Rakp3FixedLength));
        return message;
    }

    /// <summary>Whether message 2 was made with this password.</summary>
    public bool ProvesPassword(ReadOnlySpan<byte> password, ReadOnlySpan<byte> proof)
    {
        Span<byte> right = stackalloc byte[Suite.HashLength];
        Suite.Hash(password,
            [.. Bytes(ConsoleSession), .. Bytes(BmcSession), .. ConsoleRandom, .. BmcRandom, .. BmcGuid, .. RoleAndName()], right);
        return CryptographicOperations.FixedTimeEquals(right, proof);
    }

    /// <summary>The session integrity key SIK, of the BMC key Kg or, where there is none, the password.</summary>
    public byte[] SessionIntegrityKey(ReadOnlySpan<byte> key)
    {
        var sik = new byte[Suite.HashLength];
        Suite.Hash(key, [.. ConsoleRandom, .. BmcRandom, .. RoleAndName()], sik);
        return sik;
    }

    /// <summary>Whether message 4 was made with this session key.</summary>
    public bool ProvesSessionKey(ReadOnlySpan<byte> sik, ReadOnlySpan<byte> checkValue)
    {
        Span<byte> right = stackalloc byte[Suite.HashLength];
        Suite.Hash(sik, [.. ConsoleRandom, .. Bytes(BmcSession), .. BmcGuid], right);
        return CryptographicOperations.FixedTimeEquals(right[..Suite.CodeLength], checkValue);
    }

    private byte[] RoleAndName() => [Role, (byte)UserName.Length, .. UserName];

    private static byte[] Bytes(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return bytes;
    }
}
