namespace Rackboot.Dhcp;

/// <summary>How the server finds out whether a host uses an address that it is about to offer for the first time (RFC 2131
/// §2.2).</summary>
public enum ConflictProbe
{
    /// <summary>ARP on a subnet that an interface is attached to, ICMP echo behind a relay.</summary>
    Auto,
    Arp,
    Icmp,

    /// <summary>Do not ask.</summary>
    Off,
}
