namespace Rackboot.Contracts.Selection;

/// <summary>Which machines are asked for; the daemon chooses.</summary>
public sealed record MachineQuery
{
    /// <summary>Those with these labels (<see cref="LabelSelector"/>).</summary>
    public string? Selector { get; init; }

    /// <summary>Those whose name begins so.</summary>
    public string? Prefix { get; init; }

    /// <summary>Those in this state.</summary>
    public MachineState? State { get; init; }
}
