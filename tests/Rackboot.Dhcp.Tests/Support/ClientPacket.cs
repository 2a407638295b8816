using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Rackboot.Dhcp.Tests;

/// <summary>Builds what a client or relay sends.</summary>
internal sealed class ClientPacket
{
    private readonly byte[] _header = new byte[240];
    private readonly List<byte> _options = [];

    public ClientPacket(DhcpMessageType type, string mac = Mac1)
    {
        _header[0] = 1;
        _header[1] = 1;
        _header[2] = 6;
        BinaryPrimitives.WriteUInt32BigEndian(_header.AsSpan(4), 0xcafe0001);
        Bytes(mac).CopyTo(_header, 28);
        BinaryPrimitives.WriteUInt32BigEndian(_header.AsSpan(236), DhcpMessage.MagicCookie);
        With(DhcpOption.MessageType, (byte)type);
    }

    public const string Mac1 = "52:54:00:00:00:01";
    public const string Mac2 = "52:54:00:00:00:02";
    public const string Mac3 = "52:54:00:00:00:03";

    public static string Mac(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"52:54:00:{number >> 16 & 255:x2}:{number >> 8 & 255:x2}:{number & 255:x2}");

    public ClientPacket With(DhcpOption option, params byte[] value)
    {
        _options.AddRange([(byte)option, (byte)value.Length, .. value]);
        return this;
    }

    public ClientPacket With(DhcpOption option, string text) => With(option, System.Text.Encoding.ASCII.GetBytes(text));

    public ClientPacket WithAddress(DhcpOption option, string address) => With(option, IPAddress.Parse(address).GetAddressBytes());

    public ClientPacket Requesting(string address) => WithAddress(DhcpOption.RequestedAddress, address);

    public ClientPacket From(string serverIdentifier) => WithAddress(DhcpOption.ServerIdentifier, serverIdentifier);

    public ClientPacket ClientId(params byte[] id) => With(DhcpOption.ClientIdentifier, id);

    public ClientPacket Asking(params DhcpOption[] options) => With(DhcpOption.ParameterRequestList, [.. options.Select(o => (byte)o)]);

    public ClientPacket Using(string address) => Field(12, IPAddress.Parse(address).GetAddressBytes());

    public ClientPacket Relayed(string by) => Field(24, IPAddress.Parse(by).GetAddressBytes());

    public ClientPacket Broadcast() => Field(10, 0x80, 0);

    public ClientPacket Field(int offset, params byte[] value)
    {
        value.CopyTo(_header, offset);
        return this;
    }

    /// <summary>A PXE firmware's options (RFC 4578).</summary>
    public ClientPacket Pxe(ClientArchitecture architecture = ClientArchitecture.X86Bios) =>
        With(DhcpOption.VendorClass, $"PXEClient:Arch:{(int)architecture:d5}:UNDI:002001")
        .With(DhcpOption.ClientArchitecture, 0, (byte)architecture).With(
            DhcpOption.ClientUuid, [0, .. Enumerable.Range(1, 16).Select(i => (byte)i)]);

    public ClientPacket Http() =>
        With(DhcpOption.VendorClass, "HTTPClient:Arch:00016:UNDI:003001").With(DhcpOption.ClientArchitecture, 0, 16);

    public byte[] Build() => [.. _header, .. _options, 255];

    /// <summary>Without the end option, for whoever adds bytes of their own.</summary>
    public byte[] BuildWith(params byte[] rest) => [.. _header, .. _options, .. rest];

    private static byte[] Bytes(string mac) =>
        [.. mac.Split(':').Select(p => byte.Parse(p, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
