using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>The messages of a DHCP client (RFC 2131 §2, RFC 2132). The codec is the generator's own: what it
/// checks is Rackboot's.</summary>
internal static class DhcpMessage
{
    public const byte Discover = 1, Offer = 2, Request = 3, Ack = 5, Nak = 6;

    private const int XidAt = 4, FlagsAt = 10, YiaddrAt = 16, ChaddrAt = 28, FileAt = 108, FileBytes = 128, CookieAt = 236, OptionsAt = 240;
    private const uint Cookie = 0x63825363;
    private const int Shortest = 300;

    /// <summary>A DISCOVER, or with what an offer said a REQUEST.</summary>
    public static byte[] Write(DhcpCard who, DhcpAsk ask, uint transaction, DhcpLease? offer)
    {
        var packet = new byte[590];
        (packet[0], packet[1], packet[2]) = (1, 1, 6);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(XidAt), transaction);
        packet[FlagsAt] = (byte)(ask.Broadcast ? 0x80 : 0);
        who.Card.GetAddressBytes().CopyTo(packet, ChaddrAt);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(CookieAt), Cookie);
        var at = OptionsAt;
        void Add(byte code, params ReadOnlySpan<byte> value)
        {
            (packet[at], packet[at + 1]) = (code, (byte)value.Length);
            value.CopyTo(packet.AsSpan(at + 2));
            at += 2 + value.Length;
        }

        Add(53, offer is null ? Discover : Request);
        if (offer is not null)
        {
            Add(50, offer.Address.GetAddressBytes());
            Add(54, offer.Server.GetAddressBytes());
        }

        Add(57, 1472 >> 8, 1472 & 0xFF);
        Add(55, 1, 3, 6, 12, 15, 43, 51, 54, 60, 66, 67);
        if (ask.VendorClass is { } vendor)
            Add(60, Encoding.ASCII.GetBytes(vendor));
        if (ask.Architecture is { } architecture)
        {
            Add(93, (byte)(architecture >> 8), (byte)architecture);
            Add(94, 1, 3, 16);
            Add(97, [0, .. who.Uuid.ToByteArray()]); // RFC 4578 §2.3, in the byte order of SMBIOS
        }
        else
            Add(61, [0xFF, .. who.Card.GetAddressBytes().AsSpan(2), 0, 3, 0, 1, .. who.Card.GetAddressBytes()]); // RFC 4361, DUID-LL
        if (ask.IsIpxe)
        {
            Add(77, "iPXE"u8);
            Add(175, 177, 5, 1, 0x80, 0x86, 0x10, 0x0e, 19, 1, 1, 24, 1, 1);
        }

        packet[at++] = 255;
        return packet[..Math.Max(at, Shortest)];
    }

    /// <summary>The type of a reply to <paramref name="transaction"/> and what it gives; null if it is none.</summary>
    public static (byte Type, DhcpLease Lease)? Read(ReadOnlySpan<byte> packet, uint transaction)
    {
        if (packet.Length < OptionsAt || packet[0] != 2 || BinaryPrimitives.ReadUInt32BigEndian(packet[CookieAt..]) != Cookie
            || BinaryPrimitives.ReadUInt32BigEndian(packet[XidAt..]) != transaction
            || Option(packet, 53) is not [var type] || Option(packet, 54) is not { Length: 4 } server)
            return null;
        var file = Option(packet, 67) is { Length: > 0 } option ? option : packet.Slice(FileAt, FileBytes);
        var end = file.IndexOf((byte)0);
        return (type, new DhcpLease(new IPAddress(packet.Slice(YiaddrAt, 4)), new IPAddress(server),
            Encoding.ASCII.GetString(end < 0 ? file : file[..end])));
    }

    private static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> packet, byte code)
    {
        for (var at = OptionsAt; at + 1 < packet.Length && packet[at] != 255;)
            if (packet[at] == 0)
                at++;
            else if (packet[at] == code && at + 2 + packet[at + 1] <= packet.Length)
                return packet.Slice(at + 2, packet[at + 1]);
            else
                at += 2 + packet[at + 1];
        return [];
    }
}
