using Rackboot.Core.Boot;
using Rackboot.Core.Network;

namespace Rackboot.Core.Diagnosis;

/// <summary>Unanswered requests of a card or an address, if newer than its boot's last step.</summary>
internal static class SightingRules
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(30);

    public static Verdict? Unanswered(Situation s)
    {
        for (var i = s.Sightings.Count - 1; i >= 0; i--)
        {
            var seen = s.Sightings[i];
            if (seen.Last > Recent && s.Machine is not null || s.Boot is not null && seen.Last > s.Quiet
                && s.Boot.Outcome != BootOutcome.Stalled)
                continue;
            // Any host can send requests in a machine's name: they explain nothing while its boot makes progress.
            if (seen.Fact.Kind >= FactKind.ConfigDelivered || seen.Fact.Kind == FactKind.ScriptRefused)
                if (s.Machine is not null && s.Boot is { Outcome: BootOutcome.Running or BootOutcome.Succeeded or BootOutcome.Disk }
                    && !(s.IsUnderWay && s.IsSuspicious))
                    continue;
            if (FaultTable.Of(seen.Fact.Kind) is not { } fault)
                continue;
            var how = seen.Count > 1 ? $"{Words.Times(seen.Count)} in {Words.Time(seen.First)}, last {Words.Time(seen.Last)} ago"
                : $"{Words.Time(seen.Last)} ago";
            return new Verdict(fault.Cause, fault.Confidence,
                $"{s.Name}{(seen.Text.StartsWith("its ", StringComparison.Ordinal) ? ":" : "")} {seen.Text} ({how})", [],
                [.. fault.Remedies(s, seen.Fact.About)]);
        }

        return null;
    }
}
