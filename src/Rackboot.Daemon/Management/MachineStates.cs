using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Core.Power;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Management;

/// <summary>A machine's state, in one word.</summary>
internal static class MachineStates
{
    /// <summary>The state of <paramref name="machine"/>.</summary>
    /// <param name="boot">Its newest boot.</param>
    /// <param name="power">Its BMC's last answer; later progress of a boot shows that it is on again.</param>
    public static MachineState Of(CoreMachine machine, BootRecord? boot, PowerReading? power)
    {
        if (!machine.Accepted)
            return MachineState.Discovered;
        if (power is { State: Core.Power.PowerState.Off, Read: { } read } && (boot is null || read > boot.Updated))
            return MachineState.Off;
        if (power is { Started: { } started } && (boot is null || started > boot.Updated))
            return MachineState.Starting;
        return boot?.Outcome switch
        {
            Core.Boot.BootOutcome.Running => MachineState.Booting,
            Core.Boot.BootOutcome.Waiting => MachineState.Waiting,
            Core.Boot.BootOutcome.Stalled => MachineState.Stalled,
            Core.Boot.BootOutcome.Failed => MachineState.Failed,
            Core.Boot.BootOutcome.Disk => MachineState.Disk,
            Core.Boot.BootOutcome.Succeeded => MachineState.Reported,
            _ => machine.Observed.WasSeen ? MachineState.Seen : MachineState.Unseen,
        };
    }
}
