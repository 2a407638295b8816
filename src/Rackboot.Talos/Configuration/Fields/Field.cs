namespace Rackboot.Talos.Configuration.Fields;

/// <summary>A field of a mapping, as one line of the table says it.</summary>
public sealed record Field(string Key, FieldType Type)
{
    /// <summary>Whether Talos leaves it out of its output when it is zero.</summary>
    public bool OmitEmpty { get; init; }

    /// <summary>Whether a patch replaces it instead of merging into it.</summary>
    public bool Whole { get; init; }

    /// <summary>The keys by which a patch finds the list entry it merges into; the first that the entry has decides.</summary>
    public IReadOnlyList<string> MergeBy { get; init; } = [];

    /// <summary>The key by which a patch finds the list entry it takes the place of.</summary>
    public string? SwapBy { get; init; }

    /// <summary>Whether its value is never shown.</summary>
    public bool Secret { get; init; }

    /// <summary>Whether line breaks before its texts are dropped.</summary>
    public bool Trimmed { get; init; }

    /// <summary>The first release that takes it; null where that is not after the type it belongs to.</summary>
    public TalosRelease? Since { get; init; }
}
