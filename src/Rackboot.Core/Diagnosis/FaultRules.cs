using Rackboot.Core.Boot;
using Rackboot.Core.Events;

namespace Rackboot.Core.Diagnosis;

/// <summary>The newest fault is the cause, if the boot has made no progress since.</summary>
internal static class FaultRules
{
    public const string ConfigurationCause = "configuration-no-yaml";

    public static Verdict? Newest(Situation s)
    {
        if (s.Boot is not { } boot)
            return null;
        if (boot.Outcome == BootOutcome.Succeeded)
            return AfterSuccess(s);
        if (boot.Outcome == BootOutcome.Disk)
            return null;
        return Of(s, s.SinceProgress, s.Ago) is { } fault ? Also(s, fault) : null;
    }

    /// <summary>A fault of the previous boot, while this one has not passed that stage: firmware restarts after a failure.</summary>
    public static Verdict? Before(Situation s)
    {
        if (s.Boot is not { Outcome: BootOutcome.Running or BootOutcome.Stalled } boot
            || s.Earlier is not [.., { Outcome: BootOutcome.Superseded } earlier] || boot.Stage > earlier.Stage
            || boot.Started - earlier.Updated > TimeSpan.FromMinutes(5) || s.EarlierTrouble is [])
            return null;
        var ago = s.Age;
        return Of(s, s.EarlierTrouble, e => ago + (boot.Started - e.Time)) is { } fault
            ? fault with { Evidence = [.. fault.Evidence,
                $"it restarted {Words.Time(ago)} ago, and is at stage {BootLog.Name(boot.Stage)} again"] }
            : null;
    }

    // A system that reported may report a fatal error a moment later.
    private static Verdict? AfterSuccess(Situation s)
    {
        var ready = s.Last(FactKind.Ready);
        var since = s.Timeline.SkipWhile(e => e.Stage < BootStage.Reported
            && e.Kind is not (FactKind.SystemFault or FactKind.ConfigRefusedBySystem)).ToList();
        if (ready is not null)
            since = [.. since.SkipWhile(e => e != ready).Skip(1)];
        var faults =
            since.Where(e =>
            e.Kind is FactKind.SystemFault or FactKind.SystemFailed or FactKind.ConfigRefusedBySystem or FactKind.ConfigAfterGrace)
            .ToList();
        if (Of(s, faults, s.Ago) is { } fault)
            return fault with { Evidence = [.. fault.Evidence, $"it had reported {Words.Time(s.Quiet)} ago"] };
        return since.LastOrDefault(e => e.Kind == FactKind.Restarts) is { } restart
            ? Verdict.Likely("restarting", $"{s.Name} reported, and restarted itself {Words.Time(s.Ago(restart))} ago: "
                + $"{Plain(restart.Text)}", "nothing, if it was just installed: it boots from its disk", s.Console)
            : null;
    }

    private static Verdict? Of(Situation s, IEnumerable<TimelineEntry> entries, Func<TimelineEntry, TimeSpan> ago)
    {
        var known = entries.Where(e => e.Level != Level.Info && (e.Kind == FactKind.SystemFault || FaultTable.Of(e.Kind) is not null))
            .ToList();
        var decisive = known.LastOrDefault(e => !IsSymptom(e)) ?? known.LastOrDefault();
        if (decisive is null)
            return null;
        // A transfer breaks off when the daemon stops.
        if (decisive.Kind is FactKind.FileBroke or FactKind.TransferUnheard
            && known.Find(e => e.Kind == FactKind.DaemonRestarted && e.Time >= decisive.Time) is { } restart)
            decisive = restart;
        // Its consequences and causes are evidence.
        var others = known.Where(e => e != decisive).TakeLast(3).Select(e => $"{e.Text}, {Words.Time(ago(e))} ago");
        return Say(s, decisive, ago(decisive)) with { Evidence = [.. others] };
    }

    private static bool IsSymptom(TimelineEntry entry) =>
        entry.Kind == FactKind.SystemFault ? TalosMessages.Named(entry.About!).IsSymptom
            || entry.About is "gave-up" or "task-failed" or "service-failed" : FaultTable.Of(entry.Kind)!.IsSymptom;

    private static Verdict Say(Situation s, TimelineEntry entry, TimeSpan ago)
    {
        if (entry.Kind == FactKind.SystemFault && TalosMessages.Named(entry.About!) is var message)
            return new Verdict($"talos-{message.Name}", Confidence.Certain,
                $"{s.Name} {message.Means}. Its log said {Words.Time(ago)} ago: {Plain(entry.Text)}", [],
                [.. message.Remedies.Select(r => r.Replace("NODE", s.Name, StringComparison.Ordinal)
                    .Replace("BOOT", s.Boot!.Id, StringComparison.Ordinal)
                    .Replace("ADDRESS", s.Address ?? "ADDRESS", StringComparison.Ordinal))]);
        var fault = FaultTable.Of(entry.Kind)!;
        var stage = BootLog.Name(entry.Stage);
        var (text, advice) = Advice(Plain(entry.Text));
        if (text.StartsWith("asked ", StringComparison.Ordinal) || text.StartsWith("declined ", StringComparison.Ordinal))
            text = "it " + text;
        return new Verdict(fault.Cause, fault.Confidence,
            $"{s.Name} did not get past stage {stage}: {text} ({Words.Time(ago)} ago)", [],
            [.. advice, .. fault.Remedies(s, entry.About)]);
    }

    // Sentences of the boot policy end with the remedy.
    internal static (string Text, IReadOnlyList<string> Advice) Advice(string text)
    {
        var at = text.IndexOf("; ", StringComparison.Ordinal);
        var command = text.IndexOf("rackboot ", StringComparison.Ordinal);
        return at > 0 && (command > at || text[(at + 2)..] is ['g', 'i', 'v', 'e', ' ', ..] or ['s', 'h', 'o', 'r', 't', ..])
            ? (text[..at], [.. text[(at + 2)..].Split(", or ").Select(Typed)]) : (text, []);
    }

    // Printed commands can be typed.
    private static string Typed(string advice) => advice.EndsWith("rackboot apply", StringComparison.Ordinal) ? advice + " -f FILE"
        : advice;

    private static string Plain(string text) =>
        text.StartsWith("waits: ", StringComparison.Ordinal) ? text["waits: ".Length..]
            : text.StartsWith("reports: ", StringComparison.Ordinal) ? text["reports: ".Length..] : text;

    // A known error of the configuration makes verdicts about it more precise.
    private static Verdict Also(Situation s, Verdict verdict) =>
        s.ConfigurationMistake is { } mistake
            && verdict.Cause is "talos-config-unreadable" or "configuration-refused-by-talos" or "talos-config-invalid"
            ? verdict with { Evidence = [.. verdict.Evidence, $"its stored machineConfig: {s.ConfigurationMistake}"] }
            : verdict;
}
