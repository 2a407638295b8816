namespace Rackboot.Ipmi.Wire;

/// <summary>The RMCP header (IPMI 2.0 §13.1.3, table 13-3) that every datagram begins with.</summary>
internal static class Rmcp
{
    public const int HeaderLength = 4;
    public const int DefaultPort = 623;

    /// <summary>The longest datagram taken or sent: a SOL packet has 259 bytes, an IPMI message stays below.</summary>
    public const int LongestDatagram = 1500;

    public const byte Asf = 6;
    public const byte Ipmi = 7;

    private const byte Version = 6;
    private const byte NoAcknowledgement = 0xFF;

    public static void WriteHeader(Span<byte> destination, byte messageClass)
    {
        destination[0] = Version;
        destination[1] = 0;
        destination[2] = NoAcknowledgement;
        destination[3] = messageClass;
    }

    /// <summary>Whether a datagram has an RMCP header of this class. The sequence number is not looked at: nobody uses RMCP's
    /// acknowledgements.</summary>
    public static bool Is(ReadOnlySpan<byte> datagram, byte messageClass) =>
        datagram.Length > HeaderLength && datagram[0] == Version && (datagram[3] & 0x9F) == messageClass;
}
