using System.Net;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>The subnets that are served now.</summary>
public sealed class ServedNetworks
{
    private volatile IReadOnlyList<DhcpSubnet> _subnets = [];

    public IReadOnlyList<DhcpSubnet> Subnets
    {
        get => _subnets;
        set => _subnets = value;
    }

    /// <summary>Whether <paramref name="address"/> can only be had by a lease of this appliance.</summary>
    public bool GivesAddress(IPAddress address) => Subnets.Any(s => s.Mode == SubnetMode.Dhcp && s.Network.Contains(address));
}
