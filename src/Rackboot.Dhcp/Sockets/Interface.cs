using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rackboot.Dhcp;

/// <summary>A network interface as the server needs it.</summary>
internal sealed record Interface(
    string Name, int Index, byte[] HardwareAddress, IReadOnlyList<(IPAddress Address, IPNetwork Network)> Addresses)
{
    /// <summary>Looks up <paramref name="name"/>.</summary>
    /// <exception cref="IOException">There is no such interface, or it has no IPv4 address.</exception>
    public static Interface Find(string name)
    {
        var found = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(i => i.Name == name)
            ?? throw new IOException($"there is no network interface {name}; see: ip link");
        var properties = found.GetIPProperties();
        var addresses = properties.UnicastAddresses
            .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(a => (a.Address, new IPNetwork(Masked(a.Address, a.PrefixLength), a.PrefixLength)))
            .ToList();
        if (addresses.Count == 0)
            throw new IOException(
                $"interface {name} has no IPv4 address to answer from; give it one: ip address add ADDRESS/PREFIX dev {name}");
        return new Interface(name, properties.GetIPv4Properties().Index, found.GetPhysicalAddress().GetAddressBytes(), addresses);
    }

    private static IPAddress Masked(IPAddress address, int prefix) =>
        DhcpMessage.ToAddress(prefix == 0 ? 0 : DhcpMessage.ToNumber(address) & uint.MaxValue << (32 - prefix));
}
