using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Tftp.Tests;

/// <summary>A client whose every packet the test writes by hand.</summary>
internal sealed class HandClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly IPEndPoint _server;

    /// <param name="address">Where it asks from: loopback has sixteen million addresses.</param>
    public HandClient(IPEndPoint server, IPAddress? address = null)
    {
        _server = server;
        _socket.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
    }

    /// <summary>Where the last packet came from.</summary>
    public IPEndPoint Peer { get; private set; } = new(IPAddress.Any, 0);

    public void Ask(string request) => SendToServer([0, 1, .. Encoding.ASCII.GetBytes(request)]);

    public void SendToServer(params byte[] packet) => _socket.SendTo(packet, _server);

    public void SendToPeer(params byte[] packet) => _socket.SendTo(packet, Peer);

    /// <summary>Sends to where another client has its transfer.</summary>
    public void SendToPeerOf(HandClient other, params byte[] packet) => _socket.SendTo(packet, other.Peer);

    /// <summary>Nothing has come that was not received.</summary>
    public bool HasNothing => _socket.Available == 0;

    public void Acknowledge(int block) => _socket.SendTo([0, 4, (byte)(block >> 8), (byte)block], Peer);

    public async Task<byte[]> ReceiveAsync()
    {
        var buffer = new byte[65536];
        var received = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(TimeSpan.FromSeconds(20));
        Peer = (IPEndPoint)received.RemoteEndPoint;
        return buffer[..received.ReceivedBytes];
    }

    public void Dispose() => _socket.Dispose();
}
