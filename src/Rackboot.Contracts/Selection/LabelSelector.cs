using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Contracts.Selection;

/// <summary>Selects by labels, in the grammar of Kubernetes: <c>rack=r1</c>, <c>rack==r1</c>, <c>rack!=r1</c>, <c>rack in (r1,r2)</c>,
/// <c>rack notin (r1)</c>, <c>rack</c> (has it), <c>!rack</c> (lacks it); several separated by commas, and all of them must
/// hold.</summary>
/// <remarks>kubernetes.io/docs/concepts/overview/working-with-objects/labels, "Label selectors". Without the label, a machine differs from
/// every value, so <c>!=</c> and <c>notin</c> select it.</remarks>
public sealed class LabelSelector
{
    private const string Allowed =
        "allowed: rack=r1, rack!=r1, rack in (r1,r2), rack notin (r1), rack, !rack, separated by commas";

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => Requirements = requirements;

    /// <summary>All must hold; there is at least one.</summary>
    public IReadOnlyList<LabelRequirement> Requirements { get; }

    /// <summary>Reads a selector.</summary>
    /// <param name="error">The error in <paramref name="text"/>, and what is allowed.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LabelSelector? selector, [NotNullWhen(false)] out string? error)
    {
        selector = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = $"the selector is empty; {Allowed}";
            return false;
        }

        var reader = new SelectorReader(text);
        var requirements = new List<LabelRequirement>();
        do
        {
            if (reader.Requirement() is not { } requirement)
            {
                error = $"selector \"{text}\": {reader.Mistake}; {Allowed}";
                return false;
            }

            requirements.Add(requirement);
        }
        while (reader.Take(','));

        if (!reader.AtEnd)
        {
            error = $"selector \"{text}\": expected a comma before {reader.Next}; {Allowed}";
            return false;
        }

        (selector, error) = (new LabelSelector(requirements), null);
        return true;
    }

    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var requirement in Requirements)
            if (!requirement.Matches(labels))
                return false;
        return true;
    }

    public override string ToString() => string.Join(',', Requirements);
}
