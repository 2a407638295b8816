using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Writes OFFER, ACK and NAK, and says where each goes.</summary>
internal sealed class ReplyComposer(DhcpServerOptions options)
{
    // An Ethernet frame's worth of DHCP: 1500 less the IP and UDP headers. RFC 2132 §9.10: a client may take less, never less than 576 with
    // its IP header.
    public const int MostBytes = 1472;
    private const int LeastMaximum = 548;

    // PXE 2.1 §2.4 option 43 sub-option 6, PXE_DISCOVERY_CONTROL: bit 3, take the boot file as it stands in this offer and discover no
    // servers.
    private static readonly byte[] UseThisBootFile = [6, 1, 8, 255];

    // iPXE's encapsulated option 176, no-pxedhcp: do not wait for a ProxyDHCP server, there is none here.
    private static readonly byte[] NoProxyToWaitFor = [176, 1, 1];

    private readonly byte[] _buffer = new byte[MostBytes];

    public DhcpReply Compose(
        DhcpMessage request, DhcpClient client, DhcpDecision decision, DhcpMessageType type, uint address, IPEndPoint source)
    {
        var most = request.Option(DhcpOption.MaximumMessageSize) is [var high, var low]
            ? Math.Clamp((high << 8 | low) - 28, LeastMaximum, MostBytes)
            : LeastMaximum;
        var relayOption = request.Option(DhcpOption.RelayAgentInformation);

        // Option 82 comes back last and in any case: the rest makes room for it.
        var writer = new DhcpWriter(_buffer.AsSpan(0, most), request)
        {
            Reserved = relayOption.IsEmpty ? 0 : relayOption.Length + 2 * ((relayOption.Length + 254) / 255),
        };
        var boot = type == DhcpMessageType.Nak || !(client.BootsFromNetwork || Requested(request, DhcpOption.BootFileName))
            ? null
            : decision.Boot;
        var server = SubnetSelection.ServerIdentifierOverride(request) is not 0 and var asked
            ? asked
            : DhcpMessage.ToNumber(client.ServerAddress);

        writer.Option(DhcpOption.MessageType, (byte)type);
        writer.Option(DhcpOption.ServerIdentifier, server);
        if (type == DhcpMessageType.Nak)
        {
            if (request.RelayAddress != 0)
                writer.Flags = (ushort)(request.Flags | DhcpMessage.BroadcastFlag); // RFC 2131 §4.3.2: the relay is to broadcast it
        }
        else
        {
            writer.YourAddress = address;
            if (type == DhcpMessageType.Ack)
                writer.ClientAddress = request.ClientAddress; // RFC 2131 §4.3.1 table 3: 0 in an offer
            if (address != 0)
                LeaseTimes(ref writer, client.Subnet.LeaseTime);
            if (client.Subnet.Mode == SubnetMode.Dhcp && !client.IsProxyPort)
                NetworkOptions(ref writer, request, client.Subnet, decision);
            if (boot is not null)
                BootOptions(ref writer, client, boot);
            Echo(ref writer, request, DhcpOption.ClientUuid);
        }

        Echo(ref writer, request, DhcpOption.ClientIdentifier); // RFC 6842
        writer.Reserved = 0;
        if (!relayOption.IsEmpty)
            writer.Option(DhcpOption.RelayAgentInformation, relayOption);
        var length = writer.End();
        return new DhcpReply
        {
            Packet = _buffer.AsSpan(0, length).ToArray(),
            Destination = client.IsProxyPort && !source.Address.Equals(IPAddress.Any) ? source : Destination(request, type, address),
            HardwareAddress = UnicastsByHardware(request, type, address) ? request.HardwareAddress.ToArray() : default,
            Client = client,
            Type = type,
            Address = address == 0 ? IPAddress.Any : DhcpMessage.ToAddress(address),
            BootFile = boot?.FileName,
        };
    }

    // RFC 2131 §4.1.
    private IPEndPoint Destination(DhcpMessage request, DhcpMessageType type, uint address)
    {
        if (request.RelayAddress != 0)
            return new IPEndPoint(DhcpMessage.ToAddress(request.RelayAddress), options.ServerPort);
        if (type != DhcpMessageType.Nak && request.ClientAddress != 0)
            return new IPEndPoint(DhcpMessage.ToAddress(request.ClientAddress), options.ClientPort);
        return UnicastsByHardware(request, type, address)
            ? new IPEndPoint(DhcpMessage.ToAddress(address), options.ClientPort)
            : new IPEndPoint(IPAddress.Broadcast, options.ClientPort);
    }

    private static bool UnicastsByHardware(DhcpMessage request, DhcpMessageType type, uint address) =>
        request.RelayAddress == 0 && request.ClientAddress == 0 && type != DhcpMessageType.Nak && address != 0
        && (request.Flags & DhcpMessage.BroadcastFlag) == 0 && request.HardwareType == DhcpMessage.Ethernet;

    private static void LeaseTimes(ref DhcpWriter writer, TimeSpan time)
    {
        var seconds = (uint)time.TotalSeconds;
        writer.Option(DhcpOption.LeaseTime, seconds);
        writer.Option(DhcpOption.RenewalTime, seconds / 2);
        writer.Option(DhcpOption.RebindingTime, (uint)(seconds * 7UL / 8));
    }

    private static void NetworkOptions(ref DhcpWriter writer, DhcpMessage request, DhcpSubnet subnet, DhcpDecision decision)
    {
        var mask = subnet.Network.PrefixLength == 0 ? 0 : uint.MaxValue << (32 - subnet.Network.PrefixLength);
        writer.Option(DhcpOption.SubnetMask, mask);
        if (subnet.Router is not null)
            writer.Option(DhcpOption.Router, [subnet.Router]);
        writer.Option(DhcpOption.DomainNameServer, subnet.Dns);
        if (subnet.Domain is not null)
            writer.Option(DhcpOption.DomainName, subnet.Domain);
        if (decision.HostName is not null)
            writer.Option(DhcpOption.HostName, decision.HostName);
        if (Requested(request, DhcpOption.NtpServers))
            writer.Option(DhcpOption.NtpServers, subnet.Ntp);
        if (Requested(request, DhcpOption.BroadcastAddress))
            writer.Option(DhcpOption.BroadcastAddress, DhcpMessage.ToNumber(subnet.Network.BaseAddress) | ~mask);
    }

    private static void BootOptions(ref DhcpWriter writer, DhcpClient client, DhcpBootFile boot)
    {
        var next = boot.NextServer ?? client.ServerAddress;
        writer.NextServerAddress = DhcpMessage.ToNumber(next);
        writer.File(boot.FileName);
        writer.ServerName(next.ToString());
        writer.Option(DhcpOption.TftpServerName, next.ToString());

        // Old PXE ROMs read the name up to a zero, and ask TFTP for it with what follows the option. dnsmasq ends it so too.
        writer.Option(DhcpOption.BootFileName, client.IsPxe && !client.IsIpxe ? boot.FileName + '\0' : boot.FileName);
        if (client.IsHttpBoot)
            writer.Option(DhcpOption.VendorClass, "HTTPClient"); // UEFI 2.10 §24.7.3.1
        else if (client.IsPxe && (client.Subnet.Mode == SubnetMode.Proxy || client.IsProxyPort))
        {
            writer.Option(DhcpOption.VendorClass, "PXEClient");
            writer.Option(DhcpOption.VendorSpecific, UseThisBootFile);
        }

        if (client.IsIpxe && client.Subnet.Mode == SubnetMode.Dhcp)
            writer.Option(DhcpOption.Ipxe, NoProxyToWaitFor);
    }

    private static void Echo(ref DhcpWriter writer, DhcpMessage request, DhcpOption option)
    {
        if (request.Has(option))
            writer.Option(option, request.Option(option));
    }

    // A client that lists nothing gets everything.
    private static bool Requested(DhcpMessage request, DhcpOption option) =>
        !request.Has(DhcpOption.ParameterRequestList) || request.Option(DhcpOption.ParameterRequestList).Contains((byte)option);
}
