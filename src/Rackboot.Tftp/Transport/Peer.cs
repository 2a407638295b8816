using System.Net;

namespace Rackboot.Tftp.Transport;

/// <summary>A client and the address it asked at, without the objects that an <see cref="IPEndPoint"/> takes: one comes with every
/// packet.</summary>
/// <param name="Address">The client's address as it is on the wire.</param>
/// <param name="Port">The client's port as it is on the wire.</param>
/// <param name="Server">The server's address as it is on the wire; 0 where the socket does not say.</param>
internal readonly record struct Peer(uint Address, ushort Port, uint Server)
{
    public IPEndPoint EndPoint => new(new IPAddress(Address), (ushort)IPAddress.NetworkToHostOrder((short)Port));

    public IPAddress ServerAddress => new(Server);
}
