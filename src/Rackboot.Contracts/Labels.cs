namespace Rackboot.Contracts;

/// <summary>Changes labels of machines: by name, by label selector, or of all described machines.</summary>
public sealed record LabelOrder
{
    /// <summary>Names of machines.</summary>
    public IReadOnlyList<string>? Machines { get; init; }

    /// <summary><c>rack=r1,role!=worker</c>: machines with these labels (<see cref="Selection.LabelSelector"/>).</summary>
    public string? Selector { get; init; }

    /// <summary>All described machines.</summary>
    public bool? All { get; init; }

    /// <summary>Labels to set.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>Keys of labels to remove.</summary>
    public IReadOnlyList<string>? Remove { get; init; }

    /// <summary>Whether to replace existing values of labels; if false and a label has another value, nothing changes.</summary>
    public bool? Overwrite { get; init; }
}
