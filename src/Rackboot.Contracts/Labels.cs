namespace Rackboot.Contracts;

/// <summary>Changes labels of machines: those named, those with labels, or all that are described.</summary>
public sealed record LabelOrder
{
    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary><c>rack=r1,role!=worker</c>: those with these labels (<see cref="Selection.LabelSelector"/>).</summary>
    public string? Selector { get; init; }

    /// <summary>All machines that are described.</summary>
    public bool? All { get; init; }

    /// <summary>Labels to set.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>Keys of labels to take away.</summary>
    public IReadOnlyList<string>? Remove { get; init; }

    /// <summary>Whether a label that has another value may get this one; if not, nothing is changed.</summary>
    public bool? Overwrite { get; init; }
}
