namespace Rackboot.Dhcp;

/// <summary>Option codes (IANA "BOOTP Vendor Extensions and DHCP Options").</summary>
public enum DhcpOption : byte
{
    Pad = 0,
    SubnetMask = 1,
    Router = 3,
    DomainNameServer = 6,
    HostName = 12,
    DomainName = 15,
    BroadcastAddress = 28,
    NtpServers = 42,

    /// <summary>RFC 2132 §8.4; PXE's own sub-options in it: PXE 2.1 §2.4.</summary>
    VendorSpecific = 43,
    RequestedAddress = 50,
    LeaseTime = 51,
    Overload = 52,
    MessageType = 53,
    ServerIdentifier = 54,
    ParameterRequestList = 55,
    Message = 56,
    MaximumMessageSize = 57,
    RenewalTime = 58,
    RebindingTime = 59,
    VendorClass = 60,
    ClientIdentifier = 61,
    TftpServerName = 66,
    BootFileName = 67,

    /// <summary>RFC 3004.</summary>
    UserClass = 77,

    /// <summary>RFC 3046.</summary>
    RelayAgentInformation = 82,

    /// <summary>RFC 4578 §2.1.</summary>
    ClientArchitecture = 93,

    /// <summary>RFC 4578 §2.3.</summary>
    ClientUuid = 97,

    /// <summary>iPXE's encapsulated options (ipxe.org/howto/dhcpd).</summary>
    Ipxe = 175,
    End = 255,
}
