using System.Net;

namespace Rackboot.Tftp.Transport;

/// <summary>What one loop has on one interface: the port where clients ask, and the ports that transfers use.</summary>
internal sealed class Door : IDisposable
{
    // RFC 1350 §4: a port a transfer, so that packets of an older one do no harm. The same few in turns do that as well as thousands of
    // sockets; one receive brings packets of many clients, and a transfer costs no socket.
    private const int TransferPorts = 16;

    private readonly UdpPort[] _transfers;
    private uint _next = (uint)Random.Shared.Next();

    /// <param name="network">A number of the interface.</param>
    /// <param name="first">The listening port of the first loop on this interface; null opens it.</param>
    public Door(int network, UdpPort? first, string? device, IPEndPoint endpoint, bool singlePort)
    {
        Network = network;
        Listening = first is null ? UdpPort.Open(device, endpoint, this, isListening: true) : UdpPort.Share(first, device, this);
        _transfers = new UdpPort[singlePort ? 0 : TransferPorts];
        for (var i = 0; i < _transfers.Length; i++)
            _transfers[i] = UdpPort.Open(device, new IPEndPoint(endpoint.Address, 0), this, isListening: false);
    }

    /// <summary>Tells apart clients of the same address on several interfaces.</summary>
    public int Network { get; }

    public UdpPort Listening { get; }

    public IEnumerable<UdpPort> Ports => [Listening, .. _transfers];

    /// <summary>The port for the next transfer.</summary>
    public UdpPort NextPort() => _transfers.Length == 0 ? Listening : _transfers[++_next % TransferPorts];

    public void Dispose()
    {
        foreach (var port in Ports)
            port.Dispose();
    }
}
