using System.Net;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>An address and the only interface to listen on: Linux otherwise serves an address on every interface on which a packet for
/// it arrives.</summary>
internal sealed class DeviceEndPoint(IPAddress address, int port, string device) : IPEndPoint(address, port)
{
    public string Device { get; } = device;
}
