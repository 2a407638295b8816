namespace Rackboot.Dhcp;

/// <summary>What the server does in a subnet.</summary>
public enum SubnetMode
{
    /// <summary>This server gives the addresses and is authoritative.</summary>
    Dhcp,

    /// <summary>Another server gives the addresses; this one adds boot data (ProxyDHCP).</summary>
    Proxy,

    /// <summary>Not served.</summary>
    Off,
}
