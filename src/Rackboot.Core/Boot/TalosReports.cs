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

    /// <summary>A message of the kernel log of the machine at <paramref name="source"/>.</summary>
    public void Received(IPAddress source, KernelLogMessage message)
    {
        if (addresses.At(source) is not { } id || inventory.Fleet[id] is not { } machine || boots.Current(id) is not { } boot
            || boot.Stage < BootStage.Script)
            return;
        counters.Add("logs.lines");
        if (!_budgets.GetOrAdd(id, _ => new Budget(time.GetUtcNow())).TryTake())
        {
            counters.Add("logs.dropped (more lines in a minute than are kept)");
            return;
        }

        var text = message.Text.Trim();
        var level = message.Level is "error" or "fatal" or "panic" ? Level.Error : Level.Info;
        var known = TalosMessages.Find(text);
        var fact = known is null ? default : new Fact(known.Kind, known.Name);
        if (known is null && level == Level.Info && message.Facility != "kern" && TalosMessages.SoundsWrong(text))
            level = Level.Warning;
        if (known is { Kind: FactKind.SystemFault })
            level = known.Ends ? Level.Error : Level.Warning;

        // A machine without its configuration is not up, whatever it logs; a machine that has none starts in maintenance mode. A machine
        // that logs a fatal message is not up either.
        var awaited = machine.HasConfiguration && boot.TokenSha256 is not null && boot.ConfigDelivered is null;
        if (known is { Ends: true })
            boots.Remark(id, "talos", text, level, fact, b => b with { Outcome = BootOutcome.Failed, Now = text });
        else if (!awaited && boot.Stage < BootStage.Reported && boot.Outcome != BootOutcome.Failed)
            boots.Note(machine, BootStage.Reported, "talos", $"reports: {text}", level,
                b => b with { Outcome = BootOutcome.Succeeded }, fact);
        else if (boot.Entries < MostLinesPerBoot || known is not null)
            boots.Remark(id, "talos", text, level, fact);
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
}
