using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Both ends belong to it.</summary>
public readonly record struct AddressRange(IPAddress First, IPAddress Last);
