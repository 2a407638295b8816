using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Both ends belong to it.</summary>
public readonly record struct AddressRange(IPAddress First, IPAddress Last)
{
    /// <summary>How many addresses it has.</summary>
    public long Count => (long)DhcpMessage.ToNumber(Last) - DhcpMessage.ToNumber(First) + 1;

    /// <param name="address">An IPv4 address.</param>
    public bool Contains(IPAddress address) =>
        DhcpMessage.ToNumber(address) is var number && number >= DhcpMessage.ToNumber(First) && number <= DhcpMessage.ToNumber(Last);
}
