using System.Net;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>What a DHCP server gave.</summary>
/// <param name="BootFile">A name, or for HTTP boot and iPXE a URL; empty: none.</param>
internal sealed record DhcpLease(IPAddress Address, IPAddress Server, string BootFile);
