using System.Buffers.Binary;
using System.Globalization;

namespace Rackboot.Bench;

/// <summary>The few fields of DHCP that the generator writes and checks (RFC 2131 §2).</summary>
internal static class Dhcp
{
    public const byte Discover = 1, Offer = 2, Request = 3, Ack = 5;
    private const int XidAt = 4, YiaddrAt = 16, GiaddrAt = 24, ChaddrAt = 28, OptionsAt = 240;
    private const uint Cookie = 0x63825363;

    /// <summary>A DISCOVER of a client, or its REQUEST, as a relay at <paramref name="relay"/> passes it on.</summary>
    public static void Write(Span<byte> packet, byte type, uint run, uint number, uint relay, uint requested, uint server)
    {
        packet.Clear();
        (packet[0], packet[1], packet[2], packet[3]) = (1, 1, 6, 1);
        BinaryPrimitives.WriteUInt32BigEndian(packet[XidAt..], number);
        BinaryPrimitives.WriteUInt32BigEndian(packet[GiaddrAt..], relay);
        packet[ChaddrAt] = 0x02;
        packet[ChaddrAt + 1] = (byte)run;
        BinaryPrimitives.WriteUInt32BigEndian(packet[(ChaddrAt + 2)..], number);
        BinaryPrimitives.WriteUInt32BigEndian(packet[236..], Cookie);
        var at = OptionsAt;
        packet[at++] = 53;
        packet[at++] = 1;
        packet[at++] = type;
        if (type == Request)
        {
            at = Address(packet, at, 50, requested);
            at = Address(packet, at, 54, server);
        }

        ReadOnlySpan<byte> wishes = [55, 5, 1, 3, 6, 15, 51];
        wishes.CopyTo(packet[at..]);
        at += wishes.Length;
        packet[at] = 255;
    }

    /// <summary>The hardware address of a client.</summary>
    public static string Mac(uint run, uint number) =>
        string.Join(':', ((byte[])[2, (byte)run, .. Bytes(number)]).Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

    public static byte[] Bytes(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static uint Number(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[XidAt..]);

    public static uint Yours(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[YiaddrAt..]);

    public static bool IsReply(ReadOnlySpan<byte> packet) =>
        packet.Length > OptionsAt && packet[0] == 2 && BinaryPrimitives.ReadUInt32BigEndian(packet[236..]) == Cookie;

    public static bool IsFor(ReadOnlySpan<byte> packet, uint run, uint number) =>
        packet[ChaddrAt] == 2 && packet[ChaddrAt + 1] == (byte)run
        && BinaryPrimitives.ReadUInt32BigEndian(packet[(ChaddrAt + 2)..]) == number;

    /// <summary>An option's value; empty if it is not there.</summary>
    public static ReadOnlySpan<byte> Option(ReadOnlySpan<byte> packet, byte code)
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

    private static int Address(Span<byte> packet, int at, byte code, uint address)
    {
        (packet[at], packet[at + 1]) = (code, 4);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(at + 2)..], address);
        return at + 6;
    }
}
