using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Dhcp;

namespace Rackboot.Core.Trust;

/// <summary>All that a decision about trust rests on.</summary>
public sealed record TrustFacts
{
    /// <summary>The machine that the request is for.</summary>
    public required Machine Machine { get; init; }
    public required IPAddress Source { get; init; }
    public required SourceWay Way { get; init; }

    /// <summary>How the subnet of <see cref="Source"/> is served; null if it is not.</summary>
    public required SubnetMode? Mode { get; init; }

    /// <summary>Who has <see cref="Source"/>.</summary>
    public required AddressProof Proof { get; init; }

    /// <summary>The name of the machine that <see cref="Proof"/> names.</summary>
    public string? ProofName { get; init; }

    /// <summary>The hardware address that <see cref="Source"/> resolves to on the link; null if that is not known.</summary>
    public MacAddress? Neighbour { get; init; }

    /// <summary>The hardware address that the request itself names; null if it names none.</summary>
    public MacAddress? Card { get; init; }
    public required ProvisioningState Provisioning { get; init; }

    /// <summary>The machine's profile says <c>configuration: always</c>.</summary>
    public bool AlwaysReleased { get; init; }
}
