using System.Net;

namespace Rackboot.Dhcp;

/// <summary>A reply, ready to be sent.</summary>
internal sealed class DhcpReply
{
    public required ReadOnlyMemory<byte> Packet { get; init; }

    /// <summary>Where it goes.</summary>
    public required IPEndPoint Destination { get; init; }

    /// <summary>The hardware address to put it in the hands of, where the client has no IP address yet that it would answer ARP
    /// for.</summary>
    public ReadOnlyMemory<byte> HardwareAddress { get; init; }

    /// <summary>Is told the observer before the reply leaves.</summary>
    public required DhcpClient Client { get; init; }
    public required DhcpMessageType Type { get; init; }
    public required IPAddress Address { get; init; }
    public string? BootFile { get; init; }
}
