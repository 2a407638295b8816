namespace Rackboot.Ndp;

/// <summary>Options of Neighbor Discovery (IANA: IPv6 Neighbor Discovery Option Formats).</summary>
public static class NdpOption
{
    public const byte SourceLinkLayerAddress = 1;
    public const byte PrefixInformation = 3;
    public const byte Mtu = 5;

    /// <summary>RFC 4191 §2.3.</summary>
    public const byte RouteInformation = 24;

    /// <summary>RFC 8106 §5.1.</summary>
    public const byte RecursiveDnsServer = 25;
}
