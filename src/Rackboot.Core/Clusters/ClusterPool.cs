namespace Rackboot.Core.Clusters;

/// <summary>The machines of one role, selected by labels.</summary>
/// <param name="Selector">A machine must have all of these labels.</param>
/// <param name="Patches">Configuration patches for these machines, in the order in which they are applied.</param>
public sealed record ClusterPool(IReadOnlyDictionary<string, string> Selector, IReadOnlyList<NamedPatch> Patches)
{
    public static ClusterPool Empty { get; } = new(new Dictionary<string, string>(), []);

    /// <summary>A pool without a selector has no machines, so none is included by accident.</summary>
    public bool Selects(IReadOnlyDictionary<string, string> labels) =>
        Selector.Count > 0 && Selector.All(s => labels.TryGetValue(s.Key, out var value) && value == s.Value);
}
