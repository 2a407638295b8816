using System.Net;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>An address to listen on, and the one interface to listen on: Linux serves an address on every interface that a packet for it
/// comes in over.</summary>
internal sealed class DeviceEndPoint(IPAddress address, int port, string device) : IPEndPoint(address, port)
{
    public string Device { get; } = device;
}
