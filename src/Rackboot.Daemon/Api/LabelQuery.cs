using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Api;

/// <summary>Finds the machines that a label selector chooses, by the index of labels where it can.</summary>
internal static class LabelQuery
{
    /// <summary>Those chosen, in the order of their names.</summary>
    /// <param name="selector">Null chooses all.</param>
    /// <param name="discovered">Only those that nobody described.</param>
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
