using System.Net;

namespace Rackboot.Dhcp;

/// <summary>One address and who has it.</summary>
public sealed record Lease
{
    public required IPAddress Address { get; init; }
    public required LeaseState State { get; init; }

    /// <summary>What owns the lease: <see cref="DhcpDecision.Holder"/>, or a key made from the client identifier or hardware
    /// address.</summary>
    public required string Holder { get; init; }

    /// <summary>Hardware address of the client that spoke last, <c>52:54:00:00:01:04</c>; empty for a declined address.</summary>
    public required string HardwareAddress { get; init; }

    /// <summary>Client identifier (option 61) of the client that spoke last.</summary>
    public ReadOnlyMemory<byte> ClientIdentifier { get; init; }
    public string? HostName { get; init; }

    /// <summary>The subnet it belongs to, in CIDR form.</summary>
    public required string Subnet { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Expires { get; init; }
}
