using System.Net;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Talos;

namespace Rackboot.Core.Boot;

/// <summary>Puts what booted machines say of themselves on their timelines.</summary>
public sealed class TalosReports(Inventory inventory, BootLog boots, AddressBook addresses)
{
    private const int MostLinesPerBoot = 300;

    /// <summary>A message of the kernel log of the machine at <paramref name="source"/>.</summary>
    public void Received(IPAddress source, KernelLogMessage message)
    {
        if (addresses.At(source) is not { } id || inventory.Fleet[id] is not { } machine || boots.Current(id) is not { } boot || boot.Stage < BootStage.Script)
            return;

        // Before it has its configuration a machine is not up, however much it says; without one it comes up in maintenance mode.
        var awaited = machine.Spec?.Config is not null && boot.TokenSha256 is not null && boot.ConfigDelivered is null;
        if (!awaited && boot.Stage < BootStage.Reported)
            boots.Note(machine, BootStage.Reported, "talos", $"reports: {message.Text.Trim()}", change: b => b with { Outcome = BootOutcome.Succeeded });
        else if (boot.Entries < MostLinesPerBoot)
            boots.Remark(id, "talos", message.Text.Trim(), message.Level is "error" or "fatal" or "panic" ? Level.Error : Level.Info);
    }
}
