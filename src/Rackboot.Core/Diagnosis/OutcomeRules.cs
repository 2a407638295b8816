using Rackboot.Core.Boot;

namespace Rackboot.Core.Diagnosis;

/// <summary>Boots that ended, wait or make progress, and machines that were not seen.</summary>
internal static class OutcomeRules
{
    /// <summary>Before checking cables: the appliance lacks what it would boot.</summary>
    public static Verdict? KnownBlocker(Situation s)
    {
        if (s.Boot is { Outcome: not BootOutcome.Stalled and not BootOutcome.Waiting })
            return null;
        var because = s.Next is BootAnswer.Wait { IsProblem: true } wait ? wait.Because
            : s.NextProgram is BootAnswer.AddressOnly { IsProblem: true } none ? none.Because : null;
        if (because is null)
            return null;
        var (text, advice) = FaultRules.Advice(because);
        return Verdict.Certain("blocked", s.Boot is null
            ? $"{s.Name} has not been seen booting from the network, and cannot boot: {text}" : $"{s.Name} cannot boot: {text}", advice);
    }

    public static Verdict? Ended(Situation s)
    {
        if (s.Boot is not { } boot)
            return null;
        switch (boot.Outcome)
        {
            case BootOutcome.Succeeded:
                return Verdict.Certain("reported", $"{s.Name} booted {boot.Profile ?? "from the network"} and reported "
                    + $"{Words.Time(s.Quiet)} ago") with
                {
                    Evidence = s.UnknownTrouble is { } trouble ? [
                        $"the last suspicious message since: {trouble.Text} ({Words.Time(s.Ago(trouble))} ago)"] : [],
                };
            case BootOutcome.Disk:
                return Verdict.Certain("disk", $"{s.Name} was told to boot from its disk {Words.Time(s.Silent)} ago. Rackboot cannot see "
                    + "whether its system came up.");
            case BootOutcome.Waiting:
                var (text, advice) = FaultRules.Advice(boot.Now.Replace("waits: ", "", StringComparison.Ordinal));
                return Verdict.Certain("waiting", $"{s.Name} waits at the network stage: {text}",
                    s.Next is BootAnswer.Wait or null ? advice : (IReadOnlyList<string>)[
                        $"nothing; it asks again on its own, and will get: {s.Next.Because}"]);
            case BootOutcome.Failed:
                var (what, mend) = FaultRules.Advice(boot.Now);
                return Verdict.Certain("failed", $"{s.Name} failed at stage {BootLog.Name(boot.Stage)}: {what}",
                    mend.Count > 0 ? mend : [s.Console]);
            default:
                return null;
        }
    }

    public static Verdict? Booting(Situation s)
    {
        if (s.Boot is not { } boot)
            return null;
        var file = boot.Files.LastOrDefault(f => !f.Value.IsWhole);
        var how = file.Value is { } under ? $"; {Words.Bytes(under.Acknowledged)} of {Words.Bytes(under.Bytes)} bytes of {file.Key} "
            + "have arrived" : "";
        return Verdict.Certain("booting", $"{s.Name} is booting: stage {BootLog.Name(boot.Stage)}, {Words.Time(s.Quiet)} ago: "
            + $"{boot.Now}{how}") with
        {
            Evidence = [$"something is wrong if it makes no progress within {Words.Time(s.Usual.Limit)}"],
        };
    }

    public static Verdict? NeverSeen(Situation s)
    {
        if (s.Machine is null)
            return Verdict.Certain("never-seen", $"{s.Name} has not been seen: it sent this appliance no request", [
                "check its cable, the VLAN of its switch port, and that a relay forwards DHCP to this appliance",
                    "put the network first in its firmware's boot order", "list the known machines: rackboot get machines"]);
        var start = s.Power is null ? "power it on, with the network first in its firmware's boot order"
            : s.Power.JustFailed(Power.PowerAction.Cycle) || s.Power.JustFailed(Power.PowerAction.On)
                ? "power it on by hand, with the network first in its firmware's boot order"
            : $"boot it from the network: rackboot power cycle {s.Name} --boot network";
        return Verdict.Certain("never-seen", $"{s.Name} has not been seen booting from the network", [
            start, "check its cable and the VLAN of its switch port",
                $"check its MAC address: rackboot get machine {s.Name} -o yaml", "see what a card asked for: rackboot explain MAC"]) with
        {
            Evidence = s.Next is null ? [] : [$"when it boots it gets: {s.Next.Because}"],
        };
    }
}
