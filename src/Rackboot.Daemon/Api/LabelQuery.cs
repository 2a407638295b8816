using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Api;

/// <summary>Finds the machines that match a label selector, by the label index where possible.</summary>
internal static class LabelQuery
{
    /// <summary>The matching machines, ordered by name.</summary>
    /// <param name="selector">Null matches all.</param>
    /// <param name="discovered">Only machines without a document.</param>
    public static IEnumerable<Machine> Select(
        Fleet fleet, LabelSelector? selector, string? after = null, string prefix = "", bool discovered = false)
    {
        if (discovered)
            return fleet.InOrder(after, prefix, [Fleet.Discovered]).Where(m => selector?.Matches(m.Spec?.Labels) is not false);
        if (selector is null)
            return fleet.InOrder(after, prefix);
        var fewest = selector.Requirements.Where(r => !r.Negated).Select(Labels).MinBy(fleet.CountWith);
        return fleet.InOrder(after, prefix, fewest).Where(m => selector.Matches(m.Spec?.Labels));
    }

    private static IReadOnlyList<string> Labels(LabelRequirement requirement) =>
        requirement.Values.Count == 0 ? [requirement.Key] : [.. requirement.Values.Select(value => $"{requirement.Key}={value}")];
}
