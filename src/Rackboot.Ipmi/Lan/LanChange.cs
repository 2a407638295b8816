using System.Net;

namespace Rackboot.Ipmi;

/// <summary>What is to be changed of a BMC's network; what is null stays.</summary>
public sealed record LanChange
{
    public LanAddressSource? Source { get; init; }

    /// <summary>IPv4.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>IPv4.</summary>
    public IPAddress? Mask { get; init; }

    /// <summary>IPv4.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>1 to 4094; 0 takes the BMC out of its VLAN.</summary>
    public int? Vlan { get; init; }
}
