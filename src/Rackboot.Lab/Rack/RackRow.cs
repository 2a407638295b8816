using Rackboot.Contracts;
using Rackboot.Lab.Machines;

namespace Rackboot.Lab.Rack;

/// <summary>A machine as it stands: what its BMC is being told, how far its boot is, and what the cluster says of it.</summary>
public sealed record RackRow(QemuMachine Machine, PowerProgress? Power, Boot? Boot, ClusterMemberStatus? Member)
{
    public bool IsUp => Boot is not null && Member is { Ready: true };

    public bool IsWrong =>
        Boot?.Outcome is BootOutcome.Failed or BootOutcome.Stalled || NeverStarted || Member?.Stage == "configuration refused";

    /// <summary>Whether nothing more will come.</summary>
    public bool IsOver => IsUp || Boot?.Outcome == BootOutcome.Failed || NeverStarted;

    /// <summary>Null while its BMC has not been asked.</summary>
    public RackStep? Step =>
        IsUp ? RackStep.Ready
        : IsConfigured && Member?.Stage == "running" ? RackStep.Joining
        : IsConfigured && Member?.Stage == "rebooting" ? RackStep.Restarting
        : IsConfigured && Member?.Stage == "installing" ? RackStep.Installing
        : IsConfigured ? RackStep.Configured
        : Boot is { } boot ? RackStep.Firmware + (int)boot.Stage
        : Power?.Power == PowerState.On ? RackStep.Power
        : null;

    public string Now =>
        IsUp ? "ready"
        : IsConfigured && Member?.WaitsFor is { } awaited ? awaited
        : IsConfigured && Member?.Stage == "running" ? "runs, and waits for the others"
        : Boot?.Now ?? (Power is { Step: PowerStep.Done } ? $"{Power.Text}; the firmware starts" : Power?.Text ?? "its BMC is asked");

    private bool IsConfigured => Boot?.Stage >= BootStage.Configured;

    private bool NeverStarted => Boot is null && Power?.Step is PowerStep.Failed or PowerStep.Skipped;
}
