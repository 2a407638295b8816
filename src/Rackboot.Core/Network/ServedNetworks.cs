using System.Net;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>The subnets that are served now, and the interfaces that they are on.</summary>
public sealed class ServedNetworks
{
    private volatile IReadOnlyList<DhcpSubnet> _subnets = [];
    private volatile IReadOnlyList<IPAddress> _own = [];
    private volatile IReadOnlyList<(string Device, IPNetwork Network)> _interfaces = [];

    public IReadOnlyList<DhcpSubnet> Subnets
    {
        get => _subnets;
        set => _subnets = value;
    }

    /// <summary>The networks that each boot interface is on now.</summary>
    public required IReadOnlyList<(string Device, IPNetwork Network)> Interfaces
    {
        get => _interfaces;
        set => _interfaces = value;
    }

    /// <summary>The appliance's own addresses on them.</summary>
    public IReadOnlyList<IPAddress> Own
    {
        get => _own;
        set => _own = value;
    }

    /// <summary>The served subnet of <paramref name="address"/>, or null.</summary>
    public DhcpSubnet? Find(IPAddress address)
    {
        foreach (var subnet in Subnets)
            if (subnet.Mode != SubnetMode.Off && subnet.Network.Contains(address))
                return subnet;
        return null;
    }

    /// <summary>How a request from <paramref name="source"/> came here, over the interface <paramref name="device"/>.</summary>
    public SourceWay Way(IPAddress source, string device)
    {
        if (Find(source) is null)
            return SourceWay.Elsewhere;
        var way = SourceWay.Relayed;
        foreach (var on in Interfaces)
            if (on.Network.Contains(source))
            {
                if (on.Device == device)
                    return SourceWay.OnLink;
                way = SourceWay.WrongInterface;
            }

        return way;
    }
}
