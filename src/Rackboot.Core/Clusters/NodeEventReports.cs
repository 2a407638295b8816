using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Diagnosis;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Talos.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Puts nodes' messages over the event sink on the timelines of their boots, and keeps those that show their stage.</summary>
public sealed class NodeEventReports(Inventory inventory, BootLog boots, AddressBook addresses, NodeEventLog said)
{
    private const int MostEntriesPerBoot = 900;
    private const string Source = "talos";

    /// <summary>A message may change a cluster's next steps.</summary>
    public event Action? Changed;

    /// <summary>An event of the machine at <paramref name="source"/>.</summary>
    /// <returns>False if no machine is known there; then nothing is recorded.</returns>
    public bool Received(IPAddress source, TalosEvent e)
    {
        if (addresses.At(source) is not { } id || inventory.Fleet[id] is not { Accepted: true } machine)
            return false;
        Keep(id, e);
        Note(machine, e);
        if (e is not (TalosEvent.Phase or TalosEvent.Task))
            Changed?.Invoke();
        return true;
    }

    // Only Talos can report that it is installed; the begin of the installation is not enough.
    private void Keep(MachineId id, TalosEvent e)
    {
        var before = said.Of(id).Install.Outcome;
        said.Change(id, s => s.After(e));
        if (before != InstallOutcome.Installed && said.Of(id).Install.Outcome == InstallOutcome.Installed)
            boots.Remark(id, Source, "Talos is installed on its disk; the machine boots from there next");
    }

    private void Note(Machine machine, TalosEvent e)
    {
        if (boots.Current(machine.Id) is not { } boot || boot.Entries >= MostEntriesPerBoot)
            return;
        switch (e)
        {
            case TalosEvent.ConfigurationRefused or TalosEvent.ConfigurationNotLoaded:
                boots.Note(machine, boot.Stage, Source, e.Sentence, Level.Error, b => b with { Outcome = BootOutcome.Failed },
                    new Fact(FactKind.ConfigRefusedBySystem));
                break;
            case TalosEvent.Sequence { Change: SequenceChange.Failed }:
                boots.Remark(machine.Id, Source, e.Sentence, Level.Error,
                    TalosMessages.FactOf(e.Sentence) ?? new Fact(FactKind.SystemFailed));
                break;
            case TalosEvent.Service { Change: ServiceChange.Failed }:
                boots.Remark(machine.Id, Source, e.Sentence, Level.Warning,
                    TalosMessages.FactOf(e.Sentence) ?? new Fact(FactKind.SystemFailed));
                break;
            case TalosEvent.Status { Machine.Ready: true } when boot.Stage >= BootStage.Configured && boot.Stage < BootStage.Reported:
                boots.Note(machine, BootStage.Reported, Source, e.Sentence, change: b => b with { Outcome = BootOutcome.Succeeded },
                    fact: new Fact(FactKind.Ready));
                break;
            case TalosEvent.Restart or TalosEvent.Status { Machine.Ready: true }:
                boots.Remark(machine.Id, Source, e.Sentence, fact: new Fact(e is TalosEvent.Restart ? FactKind.Restarts : FactKind.Ready));
                break;
            default:
                boots.Remark(machine.Id, Source, [new Remark(e.Sentence, Level.Info, default)]);
                break;
        }
    }
}
