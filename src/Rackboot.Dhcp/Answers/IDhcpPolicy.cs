using System.Net;

namespace Rackboot.Dhcp;

/// <summary>What the owner of the server says about each client. Asked for every message that wants an answer, on the receiving
/// thread: it must answer from memory.</summary>
public interface IDhcpPolicy
{
    DhcpDecision Decide(DhcpClient client);

    /// <summary>The <see cref="DhcpDecision.Holder"/> that <paramref name="address"/> is reserved for, or null. Nobody else is given it.</summary>
    string? ReservedFor(IPAddress address);
}
