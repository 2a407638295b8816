using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>A BMC's answer to an RMCP presence ping (IPMI 2.0 §13.2.4, table 13-7).</summary>
/// <param name="Tag">The tag of the ping.</param>
/// <param name="Enterprise">IANA enterprise number of the maker of the network interface; 4542 (ASF) says nothing.</param>
/// <param name="SpeaksIpmi">Whether it says that it speaks IPMI.</param>
public sealed record RmcpPong(byte Tag, uint Enterprise, bool SpeaksIpmi)
{
    /// <summary>Reads a whole datagram.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out RmcpPong? pong, [NotNullWhen(false)] out string? error)
    {
        pong = null;
        error = null;
        if (!Rmcp.Is(datagram, Rmcp.Asf))
            error = "not an RMCP datagram of class ASF";
        else if (datagram.Length < AsfPing.Length || !datagram[4..8].SequenceEqual(AsfPing.Enterprise))
            error = "not an ASF message";
        else if (datagram[8] != AsfPing.PongType)
            error = $"ASF message type {datagram[8]:X2}h is not a presence pong";
        else if (datagram[11] < 16 || datagram.Length < AsfPing.Length + 16)
            error = "truncated presence pong";
        else
            pong = new RmcpPong(datagram[9], BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]), (datagram[20] & 0x80) != 0);
        return pong is not null;
    }
}
