using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>The RMCP+ session wrapper (IPMI 2.0 §13.6, table 13-8).</summary>
internal readonly ref struct PlusPacket
{
    public const int HeaderLength = Rmcp.HeaderLength + 12;
    private const byte AuthenticationTypePlus = 6;
    private const byte NextHeader = 7;
    private const byte EncryptedBit = 0x80;
    private const byte AuthenticatedBit = 0x40;

    public PayloadType Type { get; private init; }

    public bool Encrypted { get; private init; }

    public bool Authenticated { get; private init; }

    public uint SessionId { get; private init; }

    public uint Sequence { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>What the integrity code covers: from the authentication type to the next-header byte.</summary>
    public ReadOnlySpan<byte> Signed { get; private init; }

    /// <summary>The integrity code; empty where the packet is not authenticated.</summary>
    public ReadOnlySpan<byte> Code { get; private init; }

    /// <param name="codeLength">The length of an integrity code in the session's suite; 0 before there is one.</param>
    public static bool TryParse(ReadOnlySpan<byte> datagram, int codeLength, out PlusPacket packet, [NotNullWhen(false)] out string? error)
    {
        packet = default;
        if (!Rmcp.Is(datagram, Rmcp.Ipmi))
            return Fail("not an RMCP datagram of class IPMI", out error);
        if (datagram.Length < HeaderLength || datagram[4] != AuthenticationTypePlus)
            return Fail("not an RMCP+ packet", out error);
        var type = (PayloadType)(datagram[5] & 0x3F);
        if (type == PayloadType.OemExplicit)
            return Fail("an OEM payload", out error);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(datagram[14..]);
        if (datagram.Length < HeaderLength + length)
            return Fail("truncated RMCP+ packet", out error);
        var authenticated = (datagram[5] & AuthenticatedBit) != 0;
        var trailer = datagram[(HeaderLength + length)..];
        if (authenticated && (trailer.Length < codeLength + 2 || trailer[^(codeLength + 2)] + codeLength + 2 != trailer.Length))
            return Fail("the trailer does not match its pad length", out error);
        packet = new PlusPacket
        {
            Type = type,
            Encrypted = (datagram[5] & EncryptedBit) != 0,
            Authenticated = authenticated,
            SessionId = BinaryPrimitives.ReadUInt32LittleEndian(datagram[6..]),
            Sequence = BinaryPrimitives.ReadUInt32LittleEndian(datagram[10..]),
            Payload = datagram.Slice(HeaderLength, length),
            Signed = authenticated ? datagram[Rmcp.HeaderLength..^codeLength] : default,
            Code = authenticated ? datagram[^codeLength..] : default,
        };
        error = null;
        return true;
    }

    /// <summary>Writes a packet of the login, outside of any session; returns its length.</summary>
    public static int Write(Span<byte> destination, PayloadType type, ReadOnlySpan<byte> payload)
    {
        WriteHeader(destination, (byte)type, 0, 0, payload.Length);
        payload.CopyTo(destination[HeaderLength..]);
        return HeaderLength + payload.Length;
    }

    /// <summary>Writes a packet of a session, signed and, where the suite encrypts, encrypted; returns its length.</summary>
    public static int Write(
        Span<byte> destination, PayloadType type, uint session, uint sequence, ReadOnlySpan<byte> payload, SessionKeys keys)
    {
        var encrypted = keys.Suite.Encrypts;
        var length = encrypted ? keys.Encrypt(payload, destination[HeaderLength..]) : payload.Length;
        if (!encrypted)
            payload.CopyTo(destination[HeaderLength..]);
        WriteHeader(destination, (byte)((byte)type | AuthenticatedBit | (encrypted ? EncryptedBit : 0)), session, sequence, length);

        // Pad bytes make what is signed a multiple of four.
        var end = HeaderLength + length;
        var pad = (4 - (end - Rmcp.HeaderLength + 2) % 4) % 4;
        destination.Slice(end, pad).Fill(0xFF);
        destination[end + pad] = (byte)pad;
        destination[end + pad + 1] = NextHeader;
        end += pad + 2;
        keys.Sign(destination[Rmcp.HeaderLength..end], destination.Slice(end, keys.Suite.CodeLength));
        return end + keys.Suite.CodeLength;
    }

    private static void WriteHeader(Span<byte> destination, byte type, uint session, uint sequence, int length)
    {
        Rmcp.WriteHeader(destination, Rmcp.Ipmi);
        destination[4] = AuthenticationTypePlus;
        destination[5] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[6..], session);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[10..], sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[14..], (ushort)length);
    }

    private static bool Fail(string reason, out string error)
    {
        error = reason;
        return false;
    }
}
