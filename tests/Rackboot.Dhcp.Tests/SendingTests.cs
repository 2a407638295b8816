using System.Net;
using System.Net.Sockets;

namespace Rackboot.Dhcp.Tests;

/// <summary>What observers hear of answers, and when.</summary>
public sealed class SendingTests : IDisposable
{
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };

    public SendingTests() => _client.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    [Fact]
    public void An_observer_hears_of_an_answer_before_the_client_can_act_on_it()
    {
        var waiting = new List<int>();
        var observer = new RecordingObserver { OnAnswer = () => waiting.Add(_client.Available) };
        using var socket = new InterfaceSocket(Interface.Find("lo")!, 0, observer);
        socket.Send([Reply(), Reply(), Reply()]);
        Assert.Equal([0, 0, 0], waiting);
        Assert.Null(observer.LastReason);
        for (var i = 0; i < waiting.Count; i++)
            Assert.Equal(300, _client.Receive(new byte[512]));
    }

    public void Dispose() => _client.Dispose();

    private DhcpReply Reply() => new()
    {
        Packet = new byte[300],
        Destination = (IPEndPoint)_client.LocalEndPoint!,
        Client = null!, // nobody looks at it here
        Type = DhcpMessageType.Ack,
        Address = IPAddress.Parse("10.0.0.100"),
    };
}
