using System.Net;

namespace Rackboot.Dhcp;

/// <summary>One address and who has it.</summary>
/// <remarks>There may be a million: what is the same in all of them is shared, and addresses and times are kept as numbers.</remarks>
public sealed record Lease
{
    private readonly uint _address;
    private readonly long _since;
    private readonly long _expires;

    public required IPAddress Address
    {
        get => DhcpMessage.ToAddress(_address);
        init => _address = DhcpMessage.ToNumber(value);
    }

    /// <summary><see cref="Address"/> as a number.</summary>
    internal uint Number => _address;

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
    public required string Subnet { get; init => field = string.Intern(value); }
    public required DateTimeOffset Since { get => new(_since, TimeSpan.Zero); init => _since = value.UtcTicks; }
    public required DateTimeOffset Expires { get => new(_expires, TimeSpan.Zero); init => _expires = value.UtcTicks; }
}
