using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Keeps an observer's exceptions away from the server: what is merely watched goes on.</summary>
internal sealed class SafeObserver(IDhcpObserver observer) : IDhcpObserver
{
    public void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile) =>
        Try((client, answer, address, bootFile), static (o, a) => o.Answered(a.client, a.answer, a.address, a.bootFile));

    public void Ignored(DhcpClient client, string reason) => Try((client, reason), static (o, a) => o.Ignored(a.client, a.reason));

    public void Dropped(EndPoint source, string reason) => Try((source, reason), static (o, a) => o.Dropped(a.source, a.reason));

    public void OtherServerChosen(DhcpClient client, IPAddress otherServer) =>
        Try((client, otherServer), static (o, a) => o.OtherServerChosen(a.client, a.otherServer));

    public void ArrivedTwice(DhcpClient client) => Try(client, static (o, a) => o.ArrivedTwice(a));

    public void LeaseChanged(Lease lease) => Try(lease, static (o, a) => o.LeaseChanged(a));

    public void Unserved(string hardwareAddress, IPAddress? relay, string device, string reason) =>
        Try((hardwareAddress, relay, device, reason), static (o, a) => o.Unserved(a.hardwareAddress, a.relay, a.device, a.reason));

    public void AddressConflict(IPAddress address, string reason, string? by, string? declinedBy) =>
        Try((address, reason, by, declinedBy), static (o, a) => o.AddressConflict(a.address, a.reason, a.by, a.declinedBy));

    private void Try<T>(T argument, Action<IDhcpObserver, T> tell)
    {
        try
        {
            tell(observer, argument);
        }
        catch (Exception)
        {
            // There is nobody else to tell.
        }
    }
}
