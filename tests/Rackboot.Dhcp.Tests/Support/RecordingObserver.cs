using System.Collections.Concurrent;
using System.Net;

namespace Rackboot.Dhcp.Tests;

internal sealed class RecordingObserver : IDhcpObserver
{
    public ConcurrentQueue<string> Reasons { get; } = new();
    public ConcurrentQueue<(DhcpClient Client, IPAddress Server)> OtherServers { get; } = new();
    public ConcurrentQueue<(DhcpMessageType Type, IPAddress Address, string? BootFile)> Answers { get; } = new();
    public ConcurrentQueue<Lease> Leases { get; } = new();
    public ConcurrentQueue<IPAddress> Conflicts { get; } = new();

    public int Twice { get; private set; }

    public string? LastReason => Reasons.LastOrDefault();

    /// <summary>Is called while an answer is told of.</summary>
    public Action OnAnswer { get; init; } = () => { };

    public void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile)
    {
        Answers.Enqueue((answer, address, bootFile));
        OnAnswer();
    }

    public void Ignored(DhcpClient client, string reason) => Reasons.Enqueue(reason);

    public void Dropped(EndPoint source, string reason) => Reasons.Enqueue(reason);

    public void OtherServerChosen(DhcpClient client, IPAddress otherServer) => OtherServers.Enqueue((client, otherServer));

    public void ArrivedTwice(DhcpClient client) => Twice++;

    public void LeaseChanged(Lease lease) => Leases.Enqueue(lease);

    public void AddressConflict(IPAddress address, string reason, string? by, string? declinedBy) => Conflicts.Enqueue(address);
}
