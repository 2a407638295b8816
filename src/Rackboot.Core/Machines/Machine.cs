using Rackboot.Core.Profiles;

namespace Rackboot.Core.Machines;

/// <summary>A server of the rack: its document and its observations.</summary>
public sealed record Machine
{
    public required MachineId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Grows with every change by the operator.</summary>
    public long Version { get; init; }

    /// <summary>Its document; null while it is only discovered.</summary>
    public MachineSpec? Spec { get; init; }
    public required MachineObservation Observed { get; init; }

    public bool Accepted => Spec is not null;

    /// <summary>Its place in a cluster; null if it is in none, or has a profile or a configuration of its own.</summary>
    public ClusterSeat? Seat { get; init; }

    /// <summary>How it joins Omni; null if it does not, or has a configuration of its own.</summary>
    public OmniJoin? Omni { get; init; }

    /// <summary>Whether it boots with a machine configuration, which is a secret: its own, its cluster's, or what it joins Omni
    /// with.</summary>
    public bool HasConfiguration => Spec?.Config is not null || Seat is not null || Omni is not null;

    /// <summary>Whether only the cards in its document belong to it. For a machine that is only discovered, or that is described only by
    /// UUID or serial number and has no secret, any host that reports these counts.</summary>
    public bool IsStrict => Spec is { } spec && (HasConfiguration || spec.HasCards);

    /// <summary>Whether the operator named <paramref name="card"/> as one of its own, or accepted it.</summary>
    public bool Owns(MacAddress card) => Spec is { } spec && spec.Owns(card);

    /// <summary>Whether <paramref name="card"/> is no card of this machine until the operator accepts it.</summary>
    public bool IsPending(MacAddress card) => IsStrict && !Owns(card);

    /// <summary>All hardware addresses it is known by.</summary>
    public IEnumerable<MacAddress> Macs => (Spec?.Cards ?? []).Union(Observed.Macs);
}
