namespace Rackboot.Ndp;

/// <summary>Types of ICMPv6 message (IANA: ICMPv6 "type" Numbers).</summary>
internal static class NdpType
{
    public const byte RouterSolicitation = 133;
    public const byte RouterAdvertisement = 134;
}
