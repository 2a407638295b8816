namespace Rackboot.Contracts.Selection;

/// <summary>Which machines to list; the daemon filters.</summary>
public sealed record MachineQuery
{
    /// <summary>Machines with these labels (<see cref="LabelSelector"/>).</summary>
    public string? Selector { get; init; }

    /// <summary>Machines whose name starts with this.</summary>
    public string? Prefix { get; init; }

    /// <summary>Machines in one of these states; null for any.</summary>
    public IReadOnlyList<MachineState>? States { get; init; }

    /// <summary>Machines whose last boot reached exactly one of these stages; null for any.</summary>
    public IReadOnlyList<BootStage>? Stages { get; init; }

    /// <summary>Machines with one of these last read power states; null for any.</summary>
    public IReadOnlyList<PowerState>? Powers { get; init; }

    /// <summary>Whether <paramref name="machine"/> matches.</summary>
    public bool Matches(Machine machine) =>
        (Selector is null || (LabelSelector.TryParse(Selector, out var labels, out _) && labels.Matches(machine.Labels)))
        && (Prefix is null || machine.Name.StartsWith(Prefix, StringComparison.Ordinal))
        && (States is null || (machine.Status is { } status && States.Contains(status.State)))
        && (Stages is null || (machine.Status?.LastStage is { } stage && Stages.Contains(stage)))
        && Powers?.Contains(machine.Status?.Power?.State ?? PowerState.Unknown) is not false;
}
