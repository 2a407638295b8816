using System.Net.NetworkInformation;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>The card that asks for an address, and the UUID of its board.</summary>
internal sealed record DhcpCard(PhysicalAddress Card, Guid Uuid);
