namespace Rackboot.Contracts.Selection;

/// <summary>One requirement of a <see cref="LabelSelector"/>.</summary>
/// <param name="Values">The allowed values; empty if only the key counts.</param>
/// <param name="Negated">Whether the requirement is negated.</param>
public sealed record LabelRequirement(string Key, IReadOnlyList<string> Values, bool Negated)
{
    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        string? value = null;
        var has = labels is not null && labels.TryGetValue(Key, out value) && (Values.Count == 0 || Values.Contains(value));
        return has != Negated;
    }

    public override string ToString() => Values switch
    {
        [] => Negated ? "!" + Key : Key,
        [var value] => $"{Key}{(Negated ? "!=" : "=")}{value}",
        _ => $"{Key} {(Negated ? "notin" : "in")} ({string.Join(',', Values)})",
    };
}
