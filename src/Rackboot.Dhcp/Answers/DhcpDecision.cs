using System.Net;

namespace Rackboot.Dhcp;

/// <summary>The answer of an <see cref="IDhcpPolicy"/>.</summary>
public sealed record DhcpDecision
{
    /// <summary>Why the client gets no answer at all; null when it gets one.</summary>
    public string? SilentBecause { get; init; }

    /// <summary>The known host behind this client. All of its clients (firmware, iPXE, operating system) share one lease;
    /// null leaves the lease to the client identifier or, without one, the hardware address (RFC 2131 §4.2).</summary>
    public string? Holder { get; init; }

    /// <summary>The address reserved for <see cref="Holder"/>.</summary>
    public IPAddress? ReservedAddress { get; init; }

    /// <summary>What was offered to clients that do not go first, and not taken yet, is offered to this one when nothing else is
    /// left.</summary>
    public bool GoesFirst { get; init; }

    /// <summary>Sent as option 12.</summary>
    public string? HostName { get; init; }

    /// <summary>What a network-booting client loads; null gives it an address and nothing to boot.</summary>
    public DhcpBootFile? Boot { get; init; }

    public static DhcpDecision Silent(string because) => new() { SilentBecause = because };
}
