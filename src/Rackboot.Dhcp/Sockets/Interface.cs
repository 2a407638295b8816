using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rackboot.Dhcp;

/// <summary>A network interface as the server needs it.</summary>
internal sealed record Interface(
    string Name, int Index, byte[] HardwareAddress, IReadOnlyList<(IPAddress Address, IPNetwork Network)> Addresses)
{
    /// <summary>Looks up <paramref name="name"/>; null where there is no such interface, or it has no IPv4 address.</summary>
    public static Interface? Find(string name)
    {
        if (NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.Name == name) is not { } found)
            return null;
        try
        {
            var properties = found.GetIPProperties();
            var addresses = properties.UnicastAddresses
                .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(a => (a.Address, new IPNetwork(Masked(a.Address, a.PrefixLength), a.PrefixLength)))
                .ToList();
            return addresses.Count == 0
                ? null
                : new Interface(name, properties.GetIPv4Properties().Index, found.GetPhysicalAddress().GetAddressBytes(), addresses);
        }
        catch (NetworkInformationException)
        {
            return null; // it went while it was looked at
        }
    }

    private static IPAddress Masked(IPAddress address, int prefix) =>
        DhcpMessage.ToAddress(prefix == 0 ? 0 : DhcpMessage.ToNumber(address) & uint.MaxValue << (32 - prefix));
}
