using System.Net;

namespace Rackboot.Dhcp;

/// <summary>A served network.</summary>
public sealed record DhcpSubnet
{
    public required IPNetwork Network { get; init; }
    public required SubnetMode Mode { get; init; }

    /// <summary>First and last address given to clients without a reservation; null: reservations only.</summary>
    public AddressRange? Range { get; init; }
    public IPAddress? Router { get; init; }
    public IReadOnlyList<IPAddress> Dns { get; init; } = [];
    public IReadOnlyList<IPAddress> Ntp { get; init; } = [];
    public string? Domain { get; init; }
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromHours(1);

    public override string ToString() => Network.ToString();
}

public enum SubnetMode
{
    /// <summary>This server gives the addresses and is authoritative.</summary>
    Dhcp,

    /// <summary>Another server gives the addresses; this one adds boot data (ProxyDHCP).</summary>
    Proxy,

    /// <summary>Not served.</summary>
    Off,
}

/// <summary>Both ends belong to it.</summary>
public readonly record struct AddressRange(IPAddress First, IPAddress Last);
