using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>The session wrapper of IPMI 1.5 (IPMI 2.0 §13.6, table 13-8) without a session: for the questions that come before
/// one.</summary>
internal readonly ref struct LanPacket
{
    public const int HeaderLength = Rmcp.HeaderLength + 10;

    public ReadOnlySpan<byte> Message { get; private init; }

    /// <summary>Writes a request outside of any session; returns the datagram's length.</summary>
    public static int Write(Span<byte> destination, in IpmiRequest request, byte sequence)
    {
        Rmcp.WriteHeader(destination, Rmcp.Ipmi);
        destination[Rmcp.HeaderLength..HeaderLength].Clear(); // no authentication, sequence number 0, session 0
        var length = IpmiMessage.Write(destination[HeaderLength..], request, sequence);
        destination[HeaderLength - 1] = (byte)length;
        return HeaderLength + length;
    }

    public static bool TryParse(ReadOnlySpan<byte> datagram, out LanPacket packet, [NotNullWhen(false)] out string? error)
    {
        packet = default;
        if (!Rmcp.Is(datagram, Rmcp.Ipmi))
            error = "not an RMCP datagram of class IPMI";
        else if (datagram.Length < HeaderLength || datagram[4] != 0)
            error = "not an unauthenticated IPMI 1.5 packet";
        else if (datagram[5..13].ContainsAnyExcept((byte)0))
            error = "belongs to an IPMI 1.5 session";
        else if (datagram.Length < HeaderLength + datagram[HeaderLength - 1])
            error = "truncated IPMI 1.5 packet";
        else
        {
            // Longer is sound: a legacy pad byte may follow.
            packet = new LanPacket { Message = datagram.Slice(HeaderLength, datagram[HeaderLength - 1]) };
            error = null;
        }

        return error is null;
    }
}
