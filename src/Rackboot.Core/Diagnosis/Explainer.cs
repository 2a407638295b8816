namespace Rackboot.Core.Diagnosis;

/// <summary>Explains a machine's boot state by the first matching rule, ordered by the strength of their evidence. A pure
/// function.</summary>
public static class Explainer
{
    private static readonly Rule[] Rules =
    [
        new("a power action failed and the machine has been silent since", PowerRules.Failed),
        new("it is at a provider, and none of its boots was seen", PlacedRules.Placed),
        new("something went wrong, and the boot made no progress since", FaultRules.Newest),
        new("something went wrong in the previous boot, and this one has not passed that stage", FaultRules.Before),
        new("a request of a card or address got no answer", SightingRules.Unanswered),
        new("it restarts repeatedly", LoopRules.StartsOver),
        new("the appliance lacks what it should boot", OutcomeRules.KnownBlocker),
        new("it is off, or its BMC is in trouble", PowerRules.State),
        new("the boot is over, or waits", OutcomeRules.Ended),
        new("it has made no progress for longer than usual", SilenceRules.Suspicion),
        new("it is booting", OutcomeRules.Booting),
        new("it has not been seen", OutcomeRules.NeverSeen),
    ];

    public static Verdict Explain(Situation situation)
    {
        foreach (var rule in Rules)
            if (rule.Find(situation) is { } verdict)
                return With(situation, verdict);
        return Verdict.Certain("unknown", $"Rackboot has no record of {situation.Name}.");
    }

    // Other true facts, one of which may be the next cause.
    private static Verdict With(Situation s, Verdict verdict)
    {
        var evidence = verdict.Evidence.ToList();
        if (s.Clock.Warning is { } clock)
            evidence.Add(clock);
        if (LoopRules.Count(s) is { Boots: >= 2 } loop && verdict.Cause != LoopRules.Cause)
            evidence.Add($"it started over {Words.Times(loop.Boots)} in {Words.Time(loop.Within)}");
        if (s.Power is { } power && verdict.Cause is not (PowerRules.FailedCause or PowerRules.BmcCause or PowerRules.OffCause))
            evidence.AddRange(PowerRules.Evidence(s, power));
        if (s.SameUuid.Count > 0)
            evidence.Add($"it reports the same UUID as {string.Join(", ", s.SameUuid)}; a UUID on several boards identifies none of them: "
                + "give each document macs and no uuid: rackboot apply -f FILE");
        foreach (var card in s.Pending)
            evidence.Add($"card {card.Mac} reports {card.Shows} of {s.Name} and is not in its document; if it belongs to that machine: "
                + $"{PendingCards(s.Name, card)}");
        if (s.ConfigurationMistake is { } mistake && verdict.Cause != FaultRules.ConfigurationCause)
            evidence.Add($"Talos cannot read its machineConfig: {mistake}");
        evidence.AddRange(s.Sightings.Where(x => !verdict.Sentence.Contains(x.Text, StringComparison.Ordinal)).TakeLast(3)
            .Select(x => $"{x.Text}, {(x.Count > 1 ? $"{Words.Times(x.Count)}, last " : "")}{Words.Time(x.Last)} ago"));
        return verdict with { Sentence = Words.Sentence(verdict.Sentence), Evidence = [.. evidence.Distinct()],
            Remedies = [.. verdict.Remedies.Select(Begin)] };
    }

    // Commands stay unchanged.
    private static string Begin(string remedy) =>
        remedy.Length == 0 || remedy.StartsWith("rackboot ", StringComparison.Ordinal)
            || remedy.StartsWith("iPXE", StringComparison.Ordinal) ? remedy : char.ToUpperInvariant(remedy[0]) + remedy[1..];

    private static string PendingCards(string name, Trust.PendingCard card) => Trust.PendingCards.Command(name, card.Mac);
}
