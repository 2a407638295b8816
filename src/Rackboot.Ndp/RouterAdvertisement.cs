using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Rackboot.Ndp;

/// <summary>What a router says of itself and of its link (RFC 4861 §4.2). With nothing set it offers nothing: no route, no prefix, no
/// address, and no change of what a host does.</summary>
public sealed record RouterAdvertisement
{
    private const int HeaderBytes = 16;
    private const int PrefixValueBytes = 30;
    private const byte ManagedFlag = 0x80;
    private const byte OtherFlag = 0x40;
    private const byte OnLinkFlag = 0x80;
    private const byte AutonomousFlag = 0x40;

    /// <summary>For packets of hosts (Cur Hop Limit); 0 says nothing about it.</summary>
    public byte HopLimit { get; init; }

    /// <summary>Addresses are had by DHCPv6 (M).</summary>
    public bool Managed { get; init; }

    /// <summary>Other things are had by DHCPv6 (O).</summary>
    public bool Other { get; init; }

    /// <summary>In seconds; for how long it is a default router. 0: it is none.</summary>
    public ushort RouterLifetime { get; init; }

    /// <summary>In milliseconds; 0 says nothing about it.</summary>
    public uint ReachableTime { get; init; }

    /// <summary>In milliseconds; 0 says nothing about it.</summary>
    public uint RetransTimer { get; init; }

    /// <summary>Of the router; null where it does not say.</summary>
    public PhysicalAddress? SourceLinkLayerAddress { get; init; }

    /// <summary>Of the link; null where it does not say.</summary>
    public uint? Mtu { get; init; }

    public IReadOnlyList<PrefixInformation> Prefixes { get; init; } = [];

    /// <summary>The types of the options that are not read here: routes, DNS servers and others. They are not written.</summary>
    public IReadOnlyList<byte> OtherOptions { get; init; } = [];

    /// <summary>Whether a host gets nothing by it: no default router, prefix or route, no hint at DHCPv6, and nothing unknown.</summary>
    public bool OffersNothing => RouterLifetime == 0 && !Managed && !Other && Prefixes.Count == 0 && OtherOptions.Count == 0;

    /// <summary>Reads an ICMPv6 message whose checksum the kernel has found right.</summary>
    /// <param name="source">The source address of its IPv6 packet.</param>
    /// <param name="hopLimit">The hop limit of its IPv6 packet.</param>
    /// <param name="error">Why it must be discarded (RFC 4861 §6.1.2).</param>
    public static bool TryParse(
        ReadOnlySpan<byte> message, IPAddress source, int hopLimit, out RouterAdvertisement advertisement, out string? error)
    {
        advertisement = new RouterAdvertisement();
        error = NdpMessage.Fault(message, NdpType.RouterAdvertisement, HeaderBytes, hopLimit);
        if (error is null && !source.IsIPv6LinkLocal)
            error = "its source is not a link-local address";
        if (error is not null)
            return false;
        advertisement = advertisement with
        {
            HopLimit = message[4],
            Managed = (message[5] & ManagedFlag) != 0,
            Other = (message[5] & OtherFlag) != 0,
            RouterLifetime = BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            ReachableTime = BinaryPrimitives.ReadUInt32BigEndian(message[8..]),
            RetransTimer = BinaryPrimitives.ReadUInt32BigEndian(message[12..]),
        };
        return TryParseOptions(message[HeaderBytes..], ref advertisement, out error);
    }

    /// <summary>Writes the message, but for its checksum, which the kernel puts in.</summary>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="ArgumentException"><paramref name="buffer"/> is too short.</exception>
    public int Write(Span<byte> buffer)
    {
        NdpMessage.WriteHeader(buffer, NdpType.RouterAdvertisement, HeaderBytes);
        buffer[4] = HopLimit;
        buffer[5] = (byte)((Managed ? ManagedFlag : 0) | (Other ? OtherFlag : 0));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[6..], RouterLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], ReachableTime);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[12..], RetransTimer);
        var length = HeaderBytes + NdpMessage.WriteLinkLayerAddress(buffer[HeaderBytes..], SourceLinkLayerAddress);
        if (Mtu is { } mtu)
        {
            buffer[length..(length + 8)].Clear();
            (buffer[length], buffer[length + 1]) = (NdpOption.Mtu, 1);
            BinaryPrimitives.WriteUInt32BigEndian(buffer[(length + 4)..], mtu);
            length += 8;
        }

        foreach (var prefix in Prefixes)
            length += Write(prefix, buffer[length..]);
        return length;
    }

    private static bool TryParseOptions(ReadOnlySpan<byte> bytes, ref RouterAdvertisement advertisement, out string? error)
    {
        List<PrefixInformation>? prefixes = null;
        List<byte>? others = null;
        var options = new NdpOptionReader(bytes);
        while (options.Next())
            switch (options.Type)
            {
                case NdpOption.SourceLinkLayerAddress:
                    advertisement = advertisement with { SourceLinkLayerAddress = new PhysicalAddress(options.Value.ToArray()) };
                    break;
                case NdpOption.Mtu when options.Value.Length == 6:
                    advertisement = advertisement with { Mtu = BinaryPrimitives.ReadUInt32BigEndian(options.Value[2..]) };
                    break;
                case NdpOption.PrefixInformation when options.Value.Length == PrefixValueBytes && options.Value[0] <= 128:
                    (prefixes ??= []).Add(Prefix(options.Value));
                    break;
                default:
                    (others ??= []).Add(options.Type);
                    break;
            }

        if (prefixes is not null)
            advertisement = advertisement with { Prefixes = prefixes };
        if (others is not null)
            advertisement = advertisement with { OtherOptions = others };
        error = options.Error;
        return error is null;
    }

    private static PrefixInformation Prefix(ReadOnlySpan<byte> value) => new(
        new IPAddress(value[14..]), value[0], (value[1] & OnLinkFlag) != 0, (value[1] & AutonomousFlag) != 0,
        BinaryPrimitives.ReadUInt32BigEndian(value[2..]), BinaryPrimitives.ReadUInt32BigEndian(value[6..]));

    private static int Write(PrefixInformation prefix, Span<byte> buffer)
    {
        const int length = 2 + PrefixValueBytes;
        buffer[..length].Clear();
        (buffer[0], buffer[1], buffer[2]) = (NdpOption.PrefixInformation, length / 8, (byte)prefix.PrefixLength);
        buffer[3] = (byte)((prefix.OnLink ? OnLinkFlag : 0) | (prefix.Autonomous ? AutonomousFlag : 0));
        BinaryPrimitives.WriteUInt32BigEndian(buffer[4..], prefix.ValidLifetime);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[8..], prefix.PreferredLifetime);
        prefix.Prefix.TryWriteBytes(buffer[16..], out _);
        return length;
    }
}
