using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Rackboot.Ndp;

/// <summary>A host asks the routers of its link to speak (RFC 4861 §4.1).</summary>
public sealed record RouterSolicitation
{
    private const int HeaderBytes = 8;

    /// <summary>Of the host that asks; null where it does not say.</summary>
    public PhysicalAddress? SourceLinkLayerAddress { get; init; }

    /// <summary>Reads an ICMPv6 message whose checksum the kernel has found right.</summary>
    /// <param name="source">The source address of its IPv6 packet.</param>
    /// <param name="hopLimit">The hop limit of its IPv6 packet.</param>
    /// <param name="error">Why it must be discarded (RFC 4861 §6.1.1).</param>
    public static bool TryParse(
        ReadOnlySpan<byte> message, IPAddress source, int hopLimit, out RouterSolicitation solicitation, out string? error)
    {
        solicitation = new RouterSolicitation();
        error = NdpMessage.Fault(message, NdpType.RouterSolicitation, HeaderBytes, hopLimit);
        if (error is not null)
            return false;
        var options = new NdpOptionReader(message[HeaderBytes..]);
        while (options.Next())
            if (options.Type == NdpOption.SourceLinkLayerAddress)
                solicitation = solicitation with { SourceLinkLayerAddress = new PhysicalAddress(options.Value.ToArray()) };
        error = options.Error;
        if (error is null && source.AddressFamily != AddressFamily.InterNetworkV6)
            error = "its source is not an IPv6 address";
        if (error is null && source.Equals(IPAddress.IPv6Any) && solicitation.SourceLinkLayerAddress is not null)
            error = "it has a source link-layer address option but the unspecified source address";
        return error is null;
    }

    /// <summary>Writes the message, but for its checksum, which the kernel puts in.</summary>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> is too short.</exception>
    public int Write(Span<byte> buffer)
    {
        NdpMessage.WriteHeader(buffer, NdpType.RouterSolicitation, HeaderBytes);
        return HeaderBytes + NdpMessage.WriteLinkLayerAddress(buffer[HeaderBytes..], SourceLinkLayerAddress);
    }
}
