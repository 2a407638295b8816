using System.Buffers.Binary;

namespace Rackboot.Dhcp;

/// <summary>Shortens the times of a reply that was composed already.</summary>
internal static class ShorterLease
{
    private const int OptionsAt = 240;

    /// <summary>The same reply for a lease of <paramref name="left"/>; renewing and rebinding at half and seven eighths of it (RFC 2131
    /// §4.4.5).</summary>
    public static DhcpReply Of(DhcpReply reply, TimeSpan left)
    {
        var packet = reply.Packet.ToArray();
        var seconds = (uint)left.TotalSeconds;
        for (var at = OptionsAt; at + 1 < packet.Length && packet[at] != (byte)DhcpOption.End; at += packet[at] == (byte)DhcpOption.Pad
            ? 1 : 2 + packet[at + 1])
            if (packet[at + 1] == 4 && at + 6 <= packet.Length && Time((DhcpOption)packet[at], seconds) is { } time)
                BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(at + 2), time);
        return new DhcpReply
        {
            Packet = packet,
            Destination = reply.Destination,
            HardwareAddress = reply.HardwareAddress,
            Client = reply.Client,
            Type = reply.Type,
            Address = reply.Address,
            BootFile = reply.BootFile,
        };
    }

    private static uint? Time(DhcpOption option, uint seconds) => option switch
    {
        DhcpOption.LeaseTime => seconds,
        DhcpOption.RenewalTime => seconds / 2,
        DhcpOption.RebindingTime => (uint)(seconds * 7UL / 8),
        _ => null,
    };
}
