namespace Rackboot.Contracts.Selection;

/// <summary>Which machines are asked for; the daemon chooses.</summary>
public sealed record MachineQuery
{
    /// <summary>Those with these labels (<see cref="LabelSelector"/>).</summary>
    public string? Selector { get; init; }

    /// <summary>Those whose name begins so.</summary>
    public string? Prefix { get; init; }

    /// <summary>Those in one of these states; null is any.</summary>
    public IReadOnlyList<MachineState>? States { get; init; }

    /// <summary>Those whose last boot reached one of these stages and no further; null is any.</summary>
    public IReadOnlyList<BootStage>? Stages { get; init; }

    /// <summary>Those whose power was last read so; null is any.</summary>
    public IReadOnlyList<PowerState>? Powers { get; init; }

    /// <summary>Whether the daemon would choose <paramref name="machine"/>.</summary>
    public bool Matches(Machine machine) =>
        (Selector is null || (LabelSelector.TryParse(Selector, out var labels, out _) && labels.Matches(machine.Labels)))
        && (Prefix is null || machine.Name.StartsWith(Prefix, StringComparison.Ordinal))
        && (States is null || (machine.Status is { } status && States.Contains(status.State)))
        && (Stages is null || (machine.Status?.LastStage is { } stage && Stages.Contains(stage)))
        && Powers?.Contains(machine.Status?.Power?.State ?? PowerState.Unknown) is not false;
}
