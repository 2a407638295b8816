namespace Rackboot.Core.Machines;

/// <summary>A server of the rack: what the operator says of it, and what was seen of it.</summary>
public sealed record Machine
{
    public required MachineId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Grows with every change by the operator.</summary>
    public long Version { get; init; }

    /// <summary>What the operator said; null while the machine is only discovered.</summary>
    public MachineSpec? Spec { get; init; }
    public required MachineObservation Observed { get; init; }

    public bool Accepted => Spec is not null;

    /// <summary>All hardware addresses it is known by.</summary>
    public IEnumerable<MacAddress> Macs => (Spec?.Macs ?? []).Union(Observed.Macs);
}
