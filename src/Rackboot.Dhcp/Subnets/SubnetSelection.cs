using System.Buffers.Binary;

namespace Rackboot.Dhcp;

/// <summary>Finds the subnet that a client is on.</summary>
internal static class SubnetSelection
{
    /// <summary>By link selection (RFC 3527), else the relay's address, else the address that the client uses, else the
    /// interface.</summary>
    public static DhcpSubnet? Find(DhcpMessage message, Ingress ingress, IReadOnlyList<DhcpSubnet> subnets)
    {
        var relayOption = message.Option(DhcpOption.RelayAgentInformation);
        if (RelaySubOption.Find(relayOption, RelaySubOption.LinkSelection) is { Length: 4 } link)
            return Containing(BinaryPrimitives.ReadUInt32BigEndian(link), subnets);
        if (message.RelayAddress != 0)
            return Containing(message.RelayAddress, subnets);
        if (message.ClientAddress != 0 && Containing(message.ClientAddress, subnets) is { } used)
            return used;

        // Where several subnets share the wire, a client that remembers an address in one of them belongs there.
        DhcpSubnet? first = null;
        var requested = message.AddressOption(DhcpOption.RequestedAddress);
        foreach (var (address, _) in ingress.Addresses)
        {
            if (Containing(DhcpMessage.ToNumber(address), subnets) is not { } own)
                continue;
            if (requested != 0 && own.Network.Contains(DhcpMessage.ToAddress(requested)))
                return own;
            first ??= own;
        }

        return first;
    }

    /// <summary>The address that the relay wants as server identifier (RFC 5107); 0 if it does not say.</summary>
    public static uint ServerIdentifierOverride(DhcpMessage message) =>
        RelaySubOption.Find(
            message.Option(DhcpOption.RelayAgentInformation), RelaySubOption.ServerIdentifierOverride) is { Length: 4 } address
            ? BinaryPrimitives.ReadUInt32BigEndian(address)
            : 0;

    private static DhcpSubnet? Containing(uint address, IReadOnlyList<DhcpSubnet> subnets)
    {
        var ip = DhcpMessage.ToAddress(address);
        foreach (var subnet in subnets)
            if (subnet.Network.Contains(ip))
                return subnet;
        return null;
    }
}
