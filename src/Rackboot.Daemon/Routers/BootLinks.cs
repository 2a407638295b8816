using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Rackboot.Ndp;

namespace Rackboot.Daemon.Routers;

/// <summary>The current boot interfaces, as Neighbor Discovery sees them.</summary>
internal sealed class BootLinks
{
    private volatile IReadOnlyList<IPNetwork> _networks = [];

    /// <summary>The subnets with router advertisements.</summary>
    public required IReadOnlyList<IPNetwork> Networks
    {
        get => _networks;
        set => _networks = value;
    }

    /// <summary>The link of an interface that is up, on one of <see cref="Networks"/>, and has a link-local address.</summary>
    /// <param name="hindrance">What is missing, if it is only the address.</param>
    public Link? Find(string device, out string? hindrance)
    {
        hindrance = null;
        try
        {
            return Look(device, out hindrance);
        }
        catch (NetworkInformationException)
        {
            return null; // interfaces change while they are listed; the next read corrects it
        }
    }

    private Link? Look(string device, out string? hindrance)
    {
        hindrance = null;
        var found = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.Name == device);
        if (found is null || found.OperationalStatus is OperationalStatus.Down or OperationalStatus.LowerLayerDown)
            return null;
        var addresses = found.GetIPProperties().UnicastAddresses.Select(a => a.Address).ToList();
        if (!addresses.Exists(a => a.AddressFamily == AddressFamily.InterNetwork && Networks.Any(n => n.Contains(a))))
            return null;
        if (addresses.Find(a => a.IsIPv6LinkLocal) is { } own)
            return new Link(device, (int)own.ScopeId, new IPAddress(own.GetAddressBytes()));
        hindrance = $"the interface has no IPv6 link-local address; enable IPv6: sysctl net.ipv6.conf.{device}.disable_ipv6=0";
        return null;
    }
}
