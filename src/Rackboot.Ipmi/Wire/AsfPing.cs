namespace Rackboot.Ipmi.Wire;

/// <summary>RMCP presence ping (IPMI 2.0 §13.2.3, from ASF 2.0 §3.2.4.3).</summary>
internal static class AsfPing
{
    public const int Length = 12;
    public const byte PongType = 0x40;
    private const byte PingType = 0x80;

    /// <summary>ASF's IANA enterprise number, 4542, in network order.</summary>
    public static ReadOnlySpan<byte> Enterprise => [0, 0, 0x11, 0xBE];

    public static void Write(Span<byte> destination, byte tag)
    {
        Rmcp.WriteHeader(destination, Rmcp.Asf);
        Enterprise.CopyTo(destination[4..]);
        destination[8] = PingType;
        destination[9] = tag;
        destination[10] = 0;
        destination[11] = 0;
    }
}
