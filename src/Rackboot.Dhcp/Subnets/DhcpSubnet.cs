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
