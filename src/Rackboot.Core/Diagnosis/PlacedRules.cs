using Rackboot.Core.Clouds;

namespace Rackboot.Core.Diagnosis;

/// <summary>Machines at providers: nothing is seen of how they boot, and the provider says how they are.</summary>
internal static class PlacedRules
{
    public static Verdict? Placed(Situation s)
    {
        if (s.Boot is not null)
            return null;
        if (s.Placement is not { } placed)
            return s.Machine?.Spec?.Place is { } place
                ? Verdict.Certain("placed", $"{s.Name} is to be {CloudWords.What(place)} at {place.Provider}, which was not asked yet",
                    "see how far it is: rackboot cloud plan")
                : null;
        var off = placed is { Stage: PlacementStage.Running, On: false } ? "is off; it " : "";
        var problem = placed.Problem is { } text ? $": {text}" : "";
        return Verdict.Certain(Cause(placed), $"{s.Name} {off}{CloudWords.Of(placed)}{problem}", [.. Remedies(s.Name, placed)]) with
        {
            Evidence = [.. Evidence(placed)],
        };
    }

    private static string Cause(Placement placed) => placed switch
    {
        { Problem: not null } => "placed-problem",
        { Stage: PlacementStage.Running, On: false } => "placed-off",
        _ => $"placed-{placed.Stage.ToString().ToLowerInvariant()}",
    };

    private static IEnumerable<string> Remedies(string name, Placement placed)
    {
        if (placed is { Stage: PlacementStage.Running, On: false })
            yield return $"rackboot power on {name}";
        if (placed is { Problem: not null, Stage: PlacementStage.Building or PlacementStage.Running })
            yield return $"see what it shows, where its provider has a console: rackboot cloud console {name}";
        if (placed is { Stage: PlacementStage.Unsure or PlacementStage.Lost })
            yield return $"look at the provider's own console; if nothing is there: rackboot cloud plan --yes {name}";
    }

    private static IEnumerable<string> Evidence(Placement placed)
    {
        if (placed.Addresses.Count > 0)
            yield return $"its provider names {string.Join(", ", placed.Addresses)} as its address";
        if (placed.Fingerprint is { Length: > 0 } fingerprint)
            yield return $"its configuration was pushed to it; Talos showed {fingerprint}";
        if (placed is { MayCost: true, Hourly: { } price })
            yield return $"it costs {price} an hour";
        if (placed.Ends is { } ends)
            yield return $"it ends: {ends}";
    }
}
