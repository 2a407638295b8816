namespace Rackboot.Dhcp;

/// <summary>How a <see cref="DhcpServer"/> works.</summary>
public sealed record DhcpServerOptions
{
    /// <summary>Names of the network interfaces to serve.</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }
    public required IReadOnlyList<DhcpSubnet> Subnets { get; init; }
    public ConflictProbe ConflictProbe { get; init; } = ConflictProbe.Auto;

    /// <summary>How long an address in use has to answer a probe.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an address found in use without a lease is withheld.</summary>
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an address is held for a client that was offered it.</summary>
    public TimeSpan OfferHold { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Probes under way at once, half of them for clients that do not go first; a client over it is not answered and asks
    /// again.</summary>
    public int MostProbes { get; init; } = 4096;

    /// <summary>Answers that may wait for the disk at once; a client over it is not answered and asks again.</summary>
    public int MostWaitingAnswers { get; init; } = 16_384;
    public int ServerPort { get; init; } = 67;
    public int ClientPort { get; init; } = 68;

    /// <summary>Where PXE clients ask for boot data in a second step (PXE 2.1 §2.2).</summary>
    public int ProxyPort { get; init; } = 4011;
}
