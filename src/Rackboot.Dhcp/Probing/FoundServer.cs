using System.Net;

namespace Rackboot.Dhcp;

/// <summary>A DHCP server that was heard on a link.</summary>
/// <param name="Address">Its server identifier (option 54), or where its packet came from.</param>
/// <param name="Offered">The address that it gave; null where it gives none, as a ProxyDHCP server does (PXE 2.1 §2.2.3).</param>
/// <param name="BootFile">The boot file that it names, if it names one.</param>
public sealed record FoundServer(IPAddress Address, IPAddress? Offered, string? BootFile);
