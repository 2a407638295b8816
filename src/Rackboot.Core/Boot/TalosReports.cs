using System.Collections.Concurrent;
using System.Net;
using Rackboot.Core.Diagnosis;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Talos;

namespace Rackboot.Core.Boot;

/// <summary>Puts the reports of booted machines on their timelines.</summary>
public sealed class TalosReports(Inventory inventory, BootLog boots, AddressBook addresses, Counters counters, TimeProvider time)
{
    // A starting system writes some hundred lines at once.
    private const int MostLinesPerMinute = 600;
    private const int MostLinesPerBoot = 300;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<MachineId, Budget> _budgets = new();

    private sealed class Budget(DateTimeOffset since)
    {
        private int _lines;

        public DateTimeOffset Since => since;

        public int Dropped => Math.Max(0, Volatile.Read(ref _lines) - MostLinesPerMinute);

        public bool TryTake() => Interlocked.Increment(ref _lines) <= MostLinesPerMinute;
    }

    /// <summary>Messages of the kernel log of the machine at <paramref name="source"/> that came together.</summary>
    public void Received(IPAddress source, IReadOnlyList<KernelLogMessage> messages)
    {
        if (addresses.At(source) is not { } id || inventory.Fleet[id] is not { } machine || boots.Current(id) is not { } boot
            || boot.Stage < BootStage.Script)
            return;
        counters.Add("logs.lines", messages.Count);
        var budget = _budgets.GetOrAdd(id, _ => new Budget(time.GetUtcNow()));
        var remarks = new List<Remark>(boot.Entries < MostLinesPerBoot ? messages.Count : 0);
        var dropped = 0;
        var goesOn = GoesOn(machine, boot);
        foreach (var message in messages)
        {
            var isFull = boot.Entries + remarks.Count >= MostLinesPerBoot;
            if (goesOn && isFull && !TalosMessages.MayMean(message.Characters.Span))
                continue; // looked at, and nothing that a full timeline takes
            if (!budget.TryTake())
            {
                dropped++;
                continue;
            }

            var (remark, ends) = Read(message);
            if (goesOn && !ends)
            {
                if (!isFull || remark.Fact.About is not null)
                    remarks.Add(remark);
                continue;
            }

            boots.Remark(id, "talos", remarks);
            remarks.Clear();
            if (ends)
                boots.Remark(id, "talos", remark.Text, remark.Level, remark.Fact,
                    b => b with { Outcome = BootOutcome.Failed, Now = remark.Text });
            else
                boots.Note(machine, BootStage.Reported, "talos", $"reports: {remark.Text}", remark.Level,
                    b => b with { Outcome = BootOutcome.Succeeded }, remark.Fact);
            boot = boots.Current(id) ?? boot;
            goesOn = GoesOn(machine, boot);
        }

        boots.Remark(id, "talos", remarks);
        if (dropped > 0)
            counters.Add("logs.dropped (more lines in a minute than are kept)", dropped);
    }

    /// <summary>Reports the lines dropped in the last minute. Call it every few seconds.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (id, budget) in _budgets)
            if ((now - budget.Since).Duration() >= Minute && _budgets.TryRemove(new(id, budget)) && budget.Dropped is > 0 and var dropped)
                boots.Remark(id, "talos",
                    $"dropped {dropped:N0} lines of its kernel log: more than {MostLinesPerMinute} arrived in a minute", Level.Warning);
    }

    // Whether a line changes nothing about where the boot stands.
    private static bool GoesOn(Machine machine, BootRecord boot) =>
        Awaited(machine, boot) || boot.Stage >= BootStage.Reported || boot.Outcome == BootOutcome.Failed;

    // Before it has its configuration a machine is not up, however much it says; without one it comes up in maintenance mode.
    private static bool Awaited(Machine machine, BootRecord boot) =>
        machine.HasConfiguration && boot.TokenSha256 is not null && boot.ConfigDelivered is null;

    // What a line means, and whether it ends the boot: then the machine is not up, however much it says.
    private static (Remark Remark, bool Ends) Read(KernelLogMessage message)
    {
        var text = message.Characters.Span.Trim().ToString();
        var level = message.Level is "error" or "fatal" or "panic" ? Level.Error : Level.Info;
        var known = TalosMessages.Find(text);
        if (known is null && level == Level.Info && message.Facility != "kern" && TalosMessages.SoundsWrong(text))
            level = Level.Warning;
        if (known is { Kind: FactKind.SystemFault })
            level = known.Ends ? Level.Error : Level.Warning;
        return (new Remark(text, level, known is null ? default : new Fact(known.Kind, known.Name)), known is { Ends: true });
    }
}
