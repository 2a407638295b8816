using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Is told what the server saw and did. Called on the server's threads: it must not block.</summary>
public interface IDhcpObserver
{
    /// <summary>The server answers <paramref name="client"/>: the answer is about to leave. If it cannot be sent, <see cref="Dropped"/>
    /// follows.</summary>
    /// <param name="address">The address offered or acknowledged; <see cref="IPAddress.Any"/> in proxy mode and for NAK.</param>
    /// <param name="bootFile">The boot file name sent, if any.</param>
    void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile);

    /// <summary>The server stayed silent about a well-formed message, and why.</summary>
    void Ignored(DhcpClient client, string reason);

    /// <summary>A packet was dropped: malformed, contradictory, or over a limit.</summary>
    /// <param name="reason">Low in variety: usable as a metric's tag.</param>
    void Dropped(EndPoint source, string reason);

    /// <summary>A client's message was not answered before anybody was asked about the client: its network is not served, or no address
    /// could be
    /// found that is free.</summary>
    /// <param name="hardwareAddress"><c>chaddr</c>.</param>
    /// <param name="relay">The relay that passed it on; null if it came directly.</param>
    /// <param name="device">The interface that it came in over.</param>
    /// <param name="reason">One of <see cref="DhcpSilence"/>.</param>
    void Unserved(string hardwareAddress, IPAddress? relay, string device, string reason)
    {
    }

    /// <summary><paramref name="client"/> chose another DHCP server's offer.</summary>
    void OtherServerChosen(DhcpClient client, IPAddress otherServer);

    /// <summary>A message of <paramref name="client"/> arrived again at once, byte by byte. It is answered again too.</summary>
    void ArrivedTwice(DhcpClient client)
    {
    }

    /// <summary>A lease came to be, was renewed, or ended.</summary>
    void LeaseChanged(Lease lease);

    /// <summary>An address that should have been free answered a probe or was declined: another host uses it without a lease.</summary>
    /// <param name="by">The hardware address of the host that uses it; null if unknown.</param>
    /// <param name="declinedBy">The hardware address of the client that declined it; null if it answered a probe.</param>
    void AddressConflict(IPAddress address, string reason, string? by = null, string? declinedBy = null);
}
