using System.Net;

namespace Rackboot.Dhcp;

/// <summary>What the owner of the server says about each client. Asked for every message that wants an answer, on the receiving
/// thread: it must answer from memory.</summary>
public interface IDhcpPolicy
{
    DhcpDecision Decide(DhcpClient client);

    /// <summary>Whether a client is answered before those that are not: it asks while more messages wait than can be answered at once.
    /// Called for every message, before it is looked at any further.</summary>
    /// <param name="hardwareAddress"><c>chaddr</c>.</param>
    /// <param name="uuid"><see cref="DhcpClient.Uuid"/>.</param>
    bool GoesFirst(ReadOnlySpan<byte> hardwareAddress, Guid? uuid) => true;

    /// <summary>The <see cref="DhcpDecision.Holder"/> that <paramref name="address"/> is reserved for, or null. Nobody else is given
    /// it.</summary>
    string? ReservedFor(IPAddress address);
}
