using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;

namespace Rackboot.Core.Boot;

/// <summary>Says in plain words where a machine's boot stands or why it stopped.</summary>
public static class Explainer
{
    /// <param name="boot">The newest boot of the machine; null if none was seen.</param>
    /// <param name="next">What the policy would answer the machine now.</param>
    /// <param name="power">What its BMC said last; null if it has none.</param>
    public static BootExplanation Explain(Machine machine, BootRecord? boot, IReadOnlyList<TimelineEntry> timeline, BootAnswer next,
        DateTimeOffset now, PowerReading? power = null)
    {
        var off = power is { State: PowerState.Off, Read: { } read }
            ? $"Its BMC says that it is off ({Ago(now - read)} ago); switch it on: rackboot power on {machine.Name}"
            : null;
        if (boot is null)
            return new BootExplanation(
                $"{machine.Name} has not been seen booting from the network.",
                off ?? "Look whether it is powered on, whether its boot order has the network first, whether its port is in a served "
                    + "network (VLAN, link), and whether its MAC address is right.",
                [$"When it boots it gets: {next.Because}"]);

        var ago = Ago(now - boot.Updated);
        var problem = timeline.LastOrDefault(e => e.Level != Level.Info && e.Text != boot.Now && e.Time >= now - TimeSpan.FromDays(1));
        var (verdict, remedy) = boot.Outcome switch
        {
            BootOutcome.Succeeded => ($"{machine.Name} booted {boot.Profile ?? "from the network"} and reported "
                + $"{Ago(now - boot.Stages[BootStage.Reported])} ago.", null),
            BootOutcome.Disk => ($"{machine.Name} was sent to its disk {ago} ago. Whether its system came up is not known.", null),
            BootOutcome.Waiting => (
                $"{machine.Name} waits at the network stage: {boot.Now.Replace("waits: ", "", StringComparison.Ordinal)}",
                next is BootAnswer.Wait ? null : $"It asks again by itself, and will get: {next.Because}"),
            BootOutcome.Stalled => ($"{machine.Name} stopped at stage {BootLog.Name(boot.Stage)}: {boot.Now}", off ?? Remedy(problem)),
            BootOutcome.Failed => ($"{machine.Name} failed at stage {BootLog.Name(boot.Stage)}: {boot.Now}", Remedy(problem)),
            _ => ($"{machine.Name} is booting: stage {BootLog.Name(boot.Stage)}, {ago} ago: {boot.Now}", (string?)null),
        };
        return new BootExplanation(
            verdict, remedy, [.. timeline.Select(e => $"{e.Time:HH:mm:ss}  +{(e.Time - boot.Started).TotalSeconds,6:0.0} s  {e.Source,-8} "
                + $"{(e.Level == Level.Info ? "" : e.Level.ToString().ToLowerInvariant() + ": ")}{e.Text}")]);
    }

    private static string? Remedy(TimelineEntry? problem) => problem is null ? null : $"The last thing that was wrong: {problem.Text}";

    private static string Ago(TimeSpan time) =>
        time.TotalSeconds < 120 ? $"{Math.Max(0, time.TotalSeconds):0} s" : time.TotalMinutes < 120
            ? $"{time.TotalMinutes:0} min"
            : $"{time.TotalHours:0} h";
}
