using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Who asks, as far as one DHCP message tells.</summary>
public sealed record DhcpClient
{
    public required DhcpMessageType MessageType { get; init; }

    /// <summary>Transaction id (<c>xid</c>).</summary>
    public uint TransactionId { get; init; }

    /// <summary><c>chaddr</c>, <c>52:54:00:00:01:04</c>.</summary>
    public required string HardwareAddress { get; init; }

    /// <summary>Option 50.</summary>
    public IPAddress? RequestedAddress { get; init; }

    /// <summary><c>ciaddr</c>, when set.</summary>
    public IPAddress? ClientAddress { get; init; }

    /// <summary>Option 61.</summary>
    public ReadOnlyMemory<byte> ClientIdentifier { get; init; }

    /// <summary>Option 97 (RFC 4578 §2.3) without its type byte, read in SMBIOS order; null if absent or malformed.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>Option 93 (RFC 4578 §2.1): the first architecture named.</summary>
    public ClientArchitecture? Architecture { get; init; }

    /// <summary>Option 60.</summary>
    public string? VendorClass { get; init; }

    /// <summary>Option 77, as a bare string or as RFC 3004 counts it.</summary>
    public string? UserClass { get; init; }

    /// <summary>Option 12.</summary>
    public string? HostName { get; init; }

    /// <summary>Vendor class <c>PXEClient…</c>.</summary>
    public bool IsPxe { get; init; }

    /// <summary>Vendor class <c>HTTPClient…</c>.</summary>
    public bool IsHttpBoot { get; init; }

    /// <summary>User class <c>iPXE</c>, or iPXE's own option. One without HTTP, or a BIOS's that loads no Linux kernel, is PXE
    /// firmware like any other.</summary>
    public bool IsIpxe { get; init; }

    /// <summary>It says by any of these signs that it looks for something to boot.</summary>
    public bool BootsFromNetwork => IsPxe || IsHttpBoot || IsIpxe || Architecture is not null;

    /// <summary>Came to port 4011, the second phase of ProxyDHCP.</summary>
    public bool IsProxyPort { get; init; }

    /// <summary>The relay that passed it on (<c>giaddr</c>); null if it came directly.</summary>
    public IPAddress? Relay { get; init; }

    /// <summary>Option 82 sub-options 1 and 2 (RFC 3046).</summary>
    public ReadOnlyMemory<byte> CircuitId { get; init; }
    public ReadOnlyMemory<byte> RemoteId { get; init; }

    /// <summary>Name of the interface it came in on.</summary>
    public required string Interface { get; init; }

    /// <summary>The address that the client can reach this server at.</summary>
    public required IPAddress ServerAddress { get; init; }

    /// <summary>The served subnet that it is on.</summary>
    public required DhcpSubnet Subnet { get; init; }
}
