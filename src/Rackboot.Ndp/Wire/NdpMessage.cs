using System.Net.NetworkInformation;

namespace Rackboot.Ndp;

/// <summary>What the messages of Neighbor Discovery have in common (RFC 4861 §4, §6.1).</summary>
internal static class NdpMessage
{
    /// <summary>A packet that a router has passed on has less: this one was sent on the link that it arrived on.</summary>
    public const int HopLimit = 255;

    private const int CodeAt = 1;
    private const int LinkLayerAddressBytes = 6;
    private const int LinkLayerOptionBytes = 8;

    /// <summary>Why the message must be discarded before its options are looked at; null if it need not be.</summary>
    public static string? Fault(ReadOnlySpan<byte> message, byte type, int headerBytes, int hopLimit) =>
        message.Length < headerBytes ? "it is too short"
        : message[0] != type ? "it is of another type"
        : message[CodeAt] != 0 ? "its code is not 0"
        : hopLimit != HopLimit ? "it comes from another link"
        : null;

    public static void WriteHeader(Span<byte> buffer, byte type, int headerBytes)
    {
        if (buffer.Length < headerBytes)
            throw new ArgumentException($"a message of this type needs at least {headerBytes} bytes", nameof(buffer));
        buffer[..headerBytes].Clear();
        buffer[0] = type;
    }

    /// <summary>Writes the option, if there is an address, which must be an Ethernet one.</summary>
    public static int WriteLinkLayerAddress(Span<byte> buffer, PhysicalAddress? address)
    {
        if (address is null)
            return 0;
        var bytes = address.GetAddressBytes();
        if (bytes.Length != LinkLayerAddressBytes)
            throw new ArgumentException("an Ethernet link-layer address must have 6 bytes", nameof(address));
        (buffer[0], buffer[1]) = (NdpOption.SourceLinkLayerAddress, 1);
        bytes.CopyTo(buffer[2..LinkLayerOptionBytes]);
        return LinkLayerOptionBytes;
    }
}
