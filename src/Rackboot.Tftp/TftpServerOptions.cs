using System.Net;

namespace Rackboot.Tftp;

/// <summary>How a <see cref="TftpServer"/> works.</summary>
public sealed record TftpServerOptions
{
    /// <summary>Interfaces to serve; none serves all.</summary>
    public IReadOnlyList<string> Interfaces { get; init; } = [];
    public IPAddress ListenAddress { get; init; } = IPAddress.Any;

    /// <summary>0 takes any free port, which <see cref="TftpServer.Ready"/> tells.</summary>
    public int Port { get; init; } = 69;

    /// <summary>All transfers go through the listening port: for firewalls and NAT that cannot follow TFTP's own ports.</summary>
    public bool SinglePort { get; init; }

    /// <summary>Threads that serve; 0 takes one a core, and at most four. Each has its share of the places and of the clients.</summary>
    public int Loops { get; init; }

    /// <summary>Where all places are taken, a transfer that was never acknowledged gives way to a new one first.</summary>
    public int MostTransfers { get; init; } = 8192;

    /// <summary>From this many transfers of one address on (a loop) each new one ends the one of them that is silent longest, if it is
    /// silent for more than three times <see cref="Timeout"/>: its client has started over. Where none is, many clients share the
    /// address, and may use up to three quarters of all places.</summary>
    public int MostTransfersPerClient { get; init; } = 16;

    /// <summary>Larger wishes are answered with this. 1,468 fills an Ethernet frame; more would come in fragments, which firmware
    /// loses.</summary>
    public int MostBlockBytes { get; init; } = 1468;
    public int MostWindow { get; init; } = 64;

    /// <summary>How long an acknowledgement may take before blocks are sent again, where the client does not say; doubled every
    /// time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A client's wish for more (RFC 2349) is not taken: a client that vanished would hold its place for hours.</summary>
    public TimeSpan MostTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often blocks are sent again before the client is given up.</summary>
    public int Retries { get; init; } = 5;
}
