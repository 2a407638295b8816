using System.Net;
using System.Text;

namespace Rackboot.Dhcp;

/// <summary>Reads from a message who asks.</summary>
internal static class ClientReader
{
    private const string Digits = "0123456789abcdef";

    // iPXE, src/include/ipxe/features.h; laid out as the sub-options of a relay are.
    private const byte IpxeHttp = 19;
    private const byte IpxeTftp = 21;
    private const byte IpxeBzImage = 24;

    /// <summary>The client; null if it shows neither a hardware address nor a client identifier.</summary>
    public static DhcpClient? Read(DhcpMessage message, Ingress ingress, DhcpSubnet subnet)
    {
        var hardware = message.HardwareAddress;
        if (!hardware.ContainsAnyExcept((byte)0) && !message.Has(DhcpOption.ClientIdentifier))
            return null;
        var vendorClass = Text(message.Option(DhcpOption.VendorClass));
        var userClass = UserClass(message.Option(DhcpOption.UserClass));
        ClientArchitecture? architecture = message.Option(DhcpOption.ClientArchitecture) is [var high, var low, ..]
            ? (ClientArchitecture)(high << 8 | low)
            : null;
        var relay = message.Option(DhcpOption.RelayAgentInformation);
        return new DhcpClient
        {
            MessageType = message.Type,
            TransactionId = message.TransactionId,
            HardwareAddress = Hardware(hardware),
            RequestedAddress = message.AddressOption(DhcpOption.RequestedAddress) is not 0 and var requested ? DhcpMessage.ToAddress(
                requested) : null,
            ClientAddress = message.ClientAddress is not 0 and var used ? DhcpMessage.ToAddress(used) : null,
            ClientIdentifier = Copy(message.Option(DhcpOption.ClientIdentifier)),
            Uuid = Uuid(message),
            Architecture = architecture,
            VendorClass = vendorClass,
            UserClass = userClass,
            HostName = Text(message.Option(DhcpOption.HostName)),
            IsPxe = vendorClass?.StartsWith("PXEClient", StringComparison.Ordinal) ?? false,
            IsHttpBoot = vendorClass?.StartsWith("HTTPClient", StringComparison.Ordinal) ?? false,
            IsIpxe = (IsIpxe(message.Option(DhcpOption.UserClass)) || message.Has(DhcpOption.Ipxe))
                && !IsPoor(message.Option(DhcpOption.Ipxe), architecture is null or ClientArchitecture.X86Bios),
            IsProxyPort = ingress.IsProxyPort,
            Relay = message.RelayAddress is not 0 and var giaddr ? DhcpMessage.ToAddress(giaddr) : null,
            CircuitId = Copy(RelaySubOption.Find(relay, RelaySubOption.CircuitId)),
            RemoteId = Copy(RelaySubOption.Find(relay, RelaySubOption.RemoteId)),
            Interface = ingress.Interface,
            ServerAddress = ServerAddress(ingress, subnet),
            Subnet = subnet,
        };
    }

    // The interface's address in the client's own subnet, or for a client behind a relay the interface's first one.
    private static IPAddress ServerAddress(Ingress ingress, DhcpSubnet subnet)
    {
        foreach (var (address, _) in ingress.Addresses)
            if (subnet.Network.Contains(address))
                return address;
        return ingress.Addresses[0].Address;
    }

    public static string Hardware(ReadOnlySpan<byte> address) =>
        string.Create(Math.Max(0, address.Length * 3 - 1), address, static (text, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                if (i > 0)
                    text[i * 3 - 1] = ':';
                (text[i * 3], text[i * 3 + 1]) = (Digits[bytes[i] >> 4], Digits[bytes[i] & 15]);
            }
        });

    private static ReadOnlyMemory<byte> Copy(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? default : bytes.ToArray();

    // Printable ASCII only: these words end up in logs and on terminals.
    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)0);
        return bytes.IsEmpty ? null : bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? null : Encoding.ASCII.GetString(bytes);
    }

    // RFC 3004 counts each class; iPXE and others send one class as a bare string, whose first letter is no such count.
    private static string? UserClass(ReadOnlySpan<byte> option) => IsCounted(option) ? Text(option.Slice(1, option[0])) : Text(option);

    private static bool IsIpxe(ReadOnlySpan<byte> option)
    {
        if (!IsCounted(option))
            return option.SequenceEqual("iPXE"u8);
        for (; IsCounted(option); option = option[(1 + option[0])..])
            if (option.Slice(1, option[0]).SequenceEqual("iPXE"u8))
                return true;
        return false;
    }

    // iPXE names the features that it was built with. That of some hypervisors and cards loads no script over HTTP, or no Linux kernel: it
    // loads a full iPXE as any PXE firmware does. One that names none is taken for a full one.
    private static bool IsPoor(ReadOnlySpan<byte> features, bool isBios) =>
        Names(features, IpxeTftp) && (!Names(features, IpxeHttp) || isBios && !Names(features, IpxeBzImage));

    private static bool Names(ReadOnlySpan<byte> features, byte feature) => !RelaySubOption.Find(features, feature).IsEmpty;

    private static bool IsCounted(ReadOnlySpan<byte> option) =>
        option.Length > 1 && option[0] < option.Length && option[0] is > 0 and < 0x20;

    // RFC 4578 §2.3: type 0, then 16 bytes. Most firmware writes them as SMBIOS does, with the first three fields little-endian.
    public static Guid? Uuid(DhcpMessage message) =>
        message.Option(DhcpOption.ClientUuid) is [0, ..] and { Length: 17 } option ? new Guid(option[1..]) : null;
}
