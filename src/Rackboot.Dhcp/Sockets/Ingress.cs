using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Where a message came in.</summary>
/// <param name="Interface">Name of the interface.</param>
/// <param name="Addresses">The interface's own addresses with their networks.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="IsProxyPort">It came to port 4011.</param>
/// <param name="IsLate">More waited than is read at once: it came some time ago.</param>
internal sealed record Ingress(
    string Interface, IReadOnlyList<(IPAddress Address, IPNetwork Network)> Addresses, IPEndPoint Source, bool IsProxyPort,
    bool IsLate = false);
