using System.Buffers.Binary;
using System.Net;

namespace Rackboot.Dhcp;

/// <summary>The headers of IPv4 (RFC 791 §3.1) and UDP (RFC 768) before a message, for packet sockets.</summary>
internal static class IpHeaders
{
    public const int Length = 28;

    private const byte Udp = 17;

    /// <summary>Writes both. A UDP checksum of 0 says that there is none.</summary>
    /// <param name="frame">The headers' place and the message after it.</param>
    public static void Write(Span<byte> frame, IPEndPoint source, IPEndPoint destination, ushort identification)
    {
        frame[..Length].Clear();
        frame[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)frame.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame[4..], identification);
        frame[8] = 64;
        frame[9] = Udp;
        source.Address.TryWriteBytes(frame[12..], out _);
        destination.Address.TryWriteBytes(frame[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(frame[10..], Checksum(frame[..20]));
        BinaryPrimitives.WriteUInt16BigEndian(frame[20..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(frame[22..], (ushort)destination.Port);
        BinaryPrimitives.WriteUInt16BigEndian(frame[24..], (ushort)(frame.Length - 20));
    }

    /// <summary>The message of a UDP packet from <paramref name="port"/>; empty for anything else, fragments too.</summary>
    public static ReadOnlySpan<byte> MessageFrom(ReadOnlySpan<byte> frame, int port, out IPAddress source)
    {
        source = IPAddress.Any;
        if (frame.Length < 20 || frame[0] >> 4 != 4 || frame[9] != Udp
            || (BinaryPrimitives.ReadUInt16BigEndian(frame[6..]) & 0x3fff) != 0)
            return [];
        var header = (frame[0] & 0xf) * 4;
        if (header < 20 || frame.Length < header + 8 || BinaryPrimitives.ReadUInt16BigEndian(frame[header..]) != port)
            return [];
        source = new IPAddress(frame.Slice(12, 4));
        var length = BinaryPrimitives.ReadUInt16BigEndian(frame[(header + 4)..]);
        return length < 8 || header + length > frame.Length ? [] : frame.Slice(header + 8, length - 8);
    }

    // RFC 1071.
    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (var i = 0; i < header.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        while (sum >> 16 != 0)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
