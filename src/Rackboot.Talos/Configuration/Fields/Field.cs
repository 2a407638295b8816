namespace Rackboot.Talos.Configuration.Fields;

/// <summary>A field of a mapping: one line of the table.</summary>
public sealed record Field(string Key, FieldType Type)
{
    /// <summary>Whether Talos omits it from its output if it is zero.</summary>
    public bool OmitEmpty { get; init; }

    /// <summary>Whether a patch replaces it instead of merging into it.</summary>
    public bool Whole { get; init; }

    /// <summary>The keys by which a patch finds the list entry it merges into; the first key present in the entry decides.</summary>
    public IReadOnlyList<string> MergeBy { get; init; } = [];

    /// <summary>The key by which a patch finds the list entry that it replaces.</summary>
    public string? SwapBy { get; init; }

    /// <summary>Whether its value is never shown.</summary>
    public bool Secret { get; init; }

    /// <summary>Whether leading line breaks of its texts are dropped.</summary>
    public bool Trimmed { get; init; }

    /// <summary>The first release that accepts it; null if not later than its type's.</summary>
    public TalosRelease? Since { get; init; }
}
