using System.Net;
using System.Net.NetworkInformation;

namespace Rackboot.Ipmi;

/// <summary>How a BMC is on its network (IPMI 2.0 §23.2, table 23-4). What a BMC does not have as a parameter is null.</summary>
public sealed record LanConfiguration
{
    public LanAddressSource? Source { get; init; }
    public IPAddress? Address { get; init; }
    public IPAddress? Mask { get; init; }
    public IPAddress? Gateway { get; init; }
    public PhysicalAddress? Mac { get; init; }

    /// <summary>The VLAN's number, 1 to 4094; null if it is in none or does not know of them.</summary>
    public int? Vlan { get; init; }
}
